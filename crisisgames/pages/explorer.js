"use strict";
// Bands over one parameter or maps over two, at values of the others that sliders choose.
const data = JSON.parse(document.getElementById("data").textContent);
const at = data.parameters.map(() => 0); // the point looked at, as places in the lists of values
const strides = data.parameters.map((_, k) =>
  data.parameters.slice(k + 1).reduce((n, p) => n * p.values.length, 1));
const points = data.parameters.reduce((n, p) => n * p.values.length, 1);
const WIDE = 340, HIGH = 230, LEFT = 52, BELOW = 40, ABOVE = 8, RIGHT = 10;
const THIN = 1.6; // height of a class of one value
const byId = (name) => document.getElementById(name);
const place = (where) => where.reduce((sum, k, i) => sum + k * strides[i], 0);
const value = (what, mechanism, where) => {
  const row = mechanism * points + place(where);
  return what === "classes" || what === "complete"
    ? data[what][row] : data[what][row * data.outcomes.length + +byId("outcome").value];
};
const moved = (changes) => at.map((k, i) => (i in changes ? changes[i] : k));
const percent = (p) => (p === null ? "–" : `${+(100 * p).toPrecision(4)} %`);

function svg(tag, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, own] of Object.entries(attributes)) made.setAttribute(name, own);
  if (text !== undefined) made.textContent = text;
  return made;
}

function ticks(low, high) {
  const rough = (high - low) / 4 || 1, size = 10 ** Math.floor(Math.log10(rough));
  const step = size * [1, 2, 2.5, 5, 10].find((s) => s * size >= rough * 0.999);
  const found = [];
  for (let t = Math.ceil(low / step - 1e-9) * step; t <= high + 1e-9 * step; t += step) found.push(t);
  return found.map((t) => +t.toPrecision(12));
}

// Edges of cells around values that are in order.
function edges(values) {
  if (values.length === 1) return [values[0] - 0.5, values[0] + 0.5];
  const middle = values.slice(1).map((v, k) => (v + values[k]) / 2), n = values.length;
  return [2 * values[0] - middle[0], ...middle, 2 * values[n - 1] - middle[n - 2]];
}

function axes(panel, x, y, nameX, nameY, factorY) {
  const right = WIDE - RIGHT, base = HIGH - BELOW;
  panel.append(svg("path", { d: `M${LEFT},${ABOVE}V${base}H${right}`, class: "axis" }));
  for (const t of ticks(x.low, x.high)) {
    panel.append(svg("line", { x1: x(t), x2: x(t), y1: base, y2: base + 4, class: "axis" }));
    panel.append(svg("text", { x: x(t), y: base + 15, "text-anchor": "middle" }, t));
  }
  for (const t of ticks(y.low * factorY, y.high * factorY)) {
    const there = y(t / factorY);
    panel.append(svg("line", { x1: LEFT - 4, x2: LEFT, y1: there, y2: there, class: "axis" }));
    panel.append(svg("text", { x: LEFT - 6, y: there + 3.5, "text-anchor": "end" }, t));
  }
  panel.append(svg("text", { x: (LEFT + right) / 2, y: HIGH - 6, "text-anchor": "middle" }, nameX));
  panel.append(svg("text", {
    transform: `translate(11,${(ABOVE + base) / 2}) rotate(-90)`, "text-anchor": "middle",
  }, nameY));
}

function scale(low, high, from, to) {
  const own = (v) => from + ((v - low) / (high - low || 1)) * (to - from);
  return Object.assign(own, { low, high });
}

// The highest probability anywhere, so that panels and slider positions can be compared.
function largest() {
  const own = data.high.filter((v, k) =>
    v !== null && k % data.outcomes.length === +byId("outcome").value);
  return own.reduce((a, b) => Math.max(a, b), 0) || 1;
}

// What is possible at a point: the range of each class, or of all where they were not told apart.
function ranges(mechanism, where) {
  const count = data.outcomes.length, most = data.most, outcome = +byId("outcome").value;
  const row = (mechanism * points + place(where)) * most;
  const own = [...Array(most).keys()].map((c) => (row + c) * count + outcome)
    .filter((k) => data.class_low[k] !== null).map((k) => [data.class_low[k], data.class_high[k]]);
  const low = value("low", mechanism, where);
  return own.length || low === null ? own : [[low, value("high", mechanism, where)]];
}

function drawBands(panel, mechanism, along, top) {
  const parameter = data.parameters[along], values = parameter.values, ends = edges(values);
  const x = scale(ends[0], ends[ends.length - 1], LEFT, WIDE - RIGHT);
  const y = scale(0, top, HIGH - BELOW, ABOVE);
  axes(panel, x, y, parameter.name, `P(${data.outcomes[+byId("outcome").value]}), %`, 100);
  values.forEach((v, k) => {
    const where = moved({ [along]: k }), left = x(ends[k]), width = x(ends[k + 1]) - left;
    for (const [low, high] of ranges(mechanism, where)) {
      const height = Math.max(y(low) - y(high), THIN);
      const from = y(high) - (height === THIN ? THIN / 2 : 0);
      panel.append(svg("rect", { x: left, y: from, width, height, class: "band" }));
    }
    const selected = value("selected", mechanism, where);
    if (selected !== null) {
      const there = y(selected);
      panel.append(svg("line", { x1: left, x2: left + width, y1: there, y2: there,
        class: "selected" }));
    }
    const low = value("low", mechanism, where);
    if (low !== null && !value("complete", mechanism, where)) {
      for (const p of [low, value("high", mechanism, where)]) {
        panel.append(svg("text", { x: x(v), y: y(p) + 4, class: "doubt" }, "×"));
      }
    }
  });
  const here = x(values[at[along]]);
  panel.append(svg("line", { x1: here, x2: here, y1: ABOVE, y2: HIGH - BELOW, class: "here" }));
  return [[along, values.map(x)]];
}

function drawMap(panel, mechanism, along, up, top) {
  const [first, second] = [data.parameters[along], data.parameters[up]];
  const [ex, ey] = [edges(first.values), edges(second.values)];
  const x = scale(ex[0], ex[ex.length - 1], LEFT, WIDE - RIGHT);
  const y = scale(ey[0], ey[ey.length - 1], HIGH - BELOW, ABOVE);
  const what = byId("what").value;
  const most = what === "classes" ? data.classes.reduce((a, b) => Math.max(a, b), 1) : top;
  first.values.forEach((_, i) => second.values.forEach((_, j) => {
    const where = moved({ [along]: i, [up]: j }), own = value(what, mechanism, where);
    const shade = own === null ? "#ececec" : data.colours[
      Math.min(data.colours.length - 1, Math.floor((own / most) * data.colours.length))];
    const cell = { x: x(ex[i]), y: y(ey[j + 1]), width: x(ex[i + 1]) - x(ex[i]),
      height: y(ey[j]) - y(ey[j + 1]), fill: shade, class: "cell" };
    panel.append(svg("rect", cell));
    if (own !== null && !value("complete", mechanism, where)) {
      panel.append(svg("text", { x: cell.x + cell.width / 2, y: cell.y + cell.height / 2 + 4,
        class: "doubt halo" }, "×"));
    }
  }));
  axes(panel, x, y, first.name, second.name, 1);
  const [cx, cy] = [x(first.values[at[along]]), y(second.values[at[up]])];
  panel.append(svg("circle", { cx, cy, r: 5, class: "here" }));
  return [[along, first.values.map(x)], [up, second.values.map(y)]];
}

function nearest(places, there) {
  let best = 0;
  places.forEach((p, k) => { if (Math.abs(p - there) < Math.abs(places[best] - there)) best = k; });
  return best;
}

function follow(panel, axesOf) {
  panel.addEventListener("pointermove", (event) => {
    const box = panel.getBoundingClientRect();
    const there = [(event.clientX - box.left) * (WIDE / box.width),
      (event.clientY - box.top) * (HIGH / box.height)];
    const now = axesOf.map(([k, places], i) => [k, nearest(places, there[i])]);
    if (now.every(([k, own]) => at[k] === own)) return;
    for (const [k, own] of now) at[k] = own;
    update();
  });
}

function tell() {
  byId("point").textContent = data.parameters
    .map((p, k) => `${p.name} ${p.values[at[k]]}`).join(", ");
  byId("numbers").replaceChildren(...data.mechanisms.map((name, m) => {
    const row = document.createElement("tr"), head = document.createElement("th");
    head.textContent = name;
    row.append(head);
    const count = value("classes", m, at);
    const cells = [...["low", "selected", "high"].map((v) => percent(value(v, m, at))),
      count === null ? "–" : count, value("complete", m, at) ? "yes" : "perhaps not"];
    for (const text of cells) {
      const cell = document.createElement("td");
      cell.className = "number";
      cell.textContent = text;
      row.append(cell);
    }
    return row;
  }));
}

function update() {
  const along = +byId("along").value, up = +byId("up").value, top = largest();
  const flat = up < 0 || up === along;
  byId("what-label").hidden = flat;
  byId("bar").hidden = flat;
  byId("bands-note").hidden = !flat;
  byId("most").textContent = byId("what").value === "classes"
    ? data.classes.reduce((a, b) => Math.max(a, b), 1) : percent(top);
  byId("panels").replaceChildren(...data.mechanisms.map((name, m) => {
    const figure = document.createElement("figure"), words = document.createElement("figcaption");
    words.textContent = name;
    const panel = svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": name });
    follow(panel, flat ? drawBands(panel, m, along, top) : drawMap(panel, m, along, up, top));
    figure.append(words, panel);
    return figure;
  }));
  data.parameters.forEach((p, k) => {
    byId(`slider-${k}`).value = at[k];
    byId(`value-${k}`).textContent = p.values[at[k]];
  });
  tell();
}

data.parameters.forEach((p, k) => {
  at[k] = Math.floor((p.values.length - 1) / 2);
  byId(`slider-${k}`).addEventListener("input", (event) => {
    at[k] = +event.target.value;
    update();
  });
});
for (const name of ["outcome", "along", "up", "what"]) {
  byId(name).addEventListener("change", update);
}
update();
