"""The second half of a brief: what the sides do in equilibrium, and what institutions change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan
from typing import TYPE_CHECKING, Any

from crisisgames.analysis import Comparison
from crisisgames.analysis.solution import Solution
from crisisgames.analysis.wording import causes_of, direction, headline
from crisisgames.pages.conduct import Conduct, Setting, conducts, settings
from crisisgames.pages.figures import drawn
from crisisgames.pages.markup import Html, element, items, joined, paragraph, printable, table
from crisisgames.pages.numbers import SAME, percent, points, span, utils
from crisisgames.pages.parameters import changes
from crisisgames.pages.words import Words

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Findings"]

MOST_CLASSES = 24
"""Classes told for each institution; more are counted."""


@dataclass
class Findings:
    """What a comparison found, told part by part; conducts are numbered as they come up.

    Attributes
    ----------
    found : Comparison
    words : Words
    roles : mapping
        Who each player is, where that is known.
    boxed : bool
        Whether the page says how often claims hold at other values.
    """

    found: Comparison
    words: Words
    roles: Mapping[str, str] = field(default_factory=dict)
    boxed: bool = False
    _numbers: dict[Conduct, int] = field(default_factory=dict)
    _solutions: dict[str, Solution] = field(default_factory=dict)

    @property
    def about(self) -> str:
        """The outcome that the comparison is about: war, where there may be one."""
        return headline(self.found.dataset)

    @property
    def names(self) -> list[str]:
        """The names of what is compared, the baseline first."""
        return list(self.found.sets)

    def solution(self, name: str) -> Solution:
        """Return the equilibria with a mechanism."""
        if name not in self._solutions:
            self._solutions[name] = self.found.solution(name)
        return self._solutions[name]

    def row(self, name: str) -> xr.Dataset:
        """Return what was found of one mechanism about the outcome."""
        return self.found.dataset.sel(mechanism=name, outcome=self.about)

    # --- in short ---

    def in_short(self) -> Html:
        """Return the findings in a few lines: what changes, by how much, and who pays."""
        base = self.names[0]
        row = self.row(base)
        lines: list[object] = [joined(element("strong", self._start(base)), ": ", self._level(row))]
        still = [name for name in self.names[1:] if self._leaves(name)]
        for name in self.names[1:]:
            if name in still:
                continue
            verdict = SHORT[direction(self.row(name), row)]
            found = "" if self._all_complete([base, name]) else " found"
            told = verdict.format(what=self.what, found=found, base=f"“{base}”")
            said = f": {self._level(self.row(name))} {told}. {self.payoff_changes(name)}"
            lines.append(joined(element("strong", self._start(self._brief_name(name))), said))
        if still:
            names = _listed(map(self._brief_name, still))
            lines.append(
                joined(
                    element("strong", "No difference"),
                    f" to {self.what}, neither to its range nor to the selected value, nor to what "
                    f"each side gets in the selected equilibrium: {names}.",
                )
            )
        meaning = (
            "An equilibrium is a way to act for every side such that none could do better by "
            "acting otherwise alone, given what it knows. Where there are several, a range is "
            f"given, from the lowest to the highest; the one selected is {self._rule()}."
        )
        cast = [
            f"{player} is {role}"
            for player, role in self.roles.items()
            if role != player and self._who(player) == player
        ]
        who = paragraph(f"Here {'; '.join(cast)}.") if cast else Html()
        caution = (
            "These statements hold at the values in the tables below, which are illustrations. "
            f"{BOXED if self.boxed else UNBOXED} Payoffs are in utils: units "
            "that only compare outcomes for one side."
        )
        return element(
            "div", paragraph(meaning), who, items(lines), paragraph(caution), class_="box"
        )

    def _leaves(self, name: str) -> bool:
        """Tell whether the outcome's range, and all that is selected, are those of the baseline."""
        data = self.found.dataset
        base, row = (data.sel(mechanism=n) for n in (self.names[0], name))
        about = {"outcome": self.about}
        pairs = [(row[v].sel(about), base[v].sel(about)) for v in ("low", "high", "selected")]
        pairs.append((row.payoff_selected, base.payoff_selected))
        return all(bool((abs(a - b) <= SAME).all()) for a, b in pairs)

    def payoff_changes(self, name: str) -> str:
        """Return who gains and who pays, in the selected equilibrium and over all of them."""
        data = self.found.dataset
        base, row = (data.sel(mechanism=n) for n in (self.names[0], name))
        changes, ranges = {}, []
        for player in map(str, data.player.values):
            new, old = row.sel(player=player), base.sel(player=player)
            change = float(new.payoff_selected - old.payoff_selected)
            if isnan(change):
                continue
            changes[self._who(player)] = change
            least = float(new.payoff_low - old.payoff_high)
            most = float(new.payoff_high - old.payoff_low)
            if most - least > SAME:
                told = f"{utils(least, signed=True)} to {utils(most, signed=True)}"
                ranges.append(f"{self._who(player)} {told}")
        if not changes:
            return ""
        if all(abs(change) <= SAME for change in changes.values()):
            said = "In the selected equilibrium each side gets what it got"
        else:
            told = _sequence([f"{who} {_better(change)}" for who, change in changes.items()])
            said = f"In the selected equilibrium {told}"
        if ranges:
            said += (
                f"; over all equilibria, with it and without, the change is {', '.join(ranges)} "
                "utils"
            )
        return f"{said}."

    def _who(self, player: str) -> str:
        role = self.roles.get(player, player)
        return player if role == player else f"{role} ({player})" if len(role) < 20 else player

    @property
    def what(self) -> str:
        """The outcome's probability in words."""
        return f"the probability of {self.about}"

    def _start(self, name: str) -> str:
        return f"{name[:1].upper()}{name[1:]}"

    def _brief_name(self, name: str) -> str:
        return name.removeprefix(f"{self.names[0]} + ")

    def _all_complete(self, names: Iterable[str]) -> bool:
        return all(bool(self.found.dataset.complete.sel(mechanism=n)) for n in names)

    def _level(self, row: xr.Dataset) -> str:
        low, high = float(row.low), float(row.high)
        if isnan(low):
            return "no equilibrium was found."
        complete = bool(row.complete)
        rest = "." if complete else "; there may be others."
        if high - low <= SAME:
            every = "every equilibrium" if complete else "every equilibrium found"
            return f"{self.what} is {percent(low)} in {every}{rest}"
        every = "all equilibria" if complete else "all equilibria found"
        return (
            f"{self.what} is {span(low, high, between=' to ')} over {every}, "
            f"{percent(float(row.selected))} in the one selected{rest}"
        )

    # --- who does what ---

    def main_conduct(self, name: str, told: set[Conduct]) -> Html:
        """Return what the sides do in the class selected and in the worst one, where play comes.

        What is in ``told`` already is only named, and what is told is added to it.
        """
        found = self.solution(name)
        chosen = self.found.selected.get(name)
        if found.empty or chosen is None:
            return paragraph("No equilibrium was found." if found.empty else "None was selected.")
        here = found.class_of(chosen)
        spans = {c.name: self._of_class(name, c, self.about) for c in found.classes}
        worst = max(found.classes, key=lambda c: spans[c.name][1])
        alone = len(found.classes) == 1
        parts: list[Html] = []
        if here is not None:
            what = "In every equilibrium" if alone else "In the selected class of equilibria"
            parts.append(self._main_class(name, here, what, told))
        top = spans[here.name][1] if here is not None else -1.0
        if not alone and spans[worst.name][1] > top + SAME:
            what = f"In the class with the highest probability of {self.about}"
            parts.append(self._main_class(name, worst, what, told))
        elif not alone:
            parts.append(paragraph(f"In no other class is {self.what} higher."))
        return joined(*parts)

    def _main_class(self, name: str, c: Any, what: str, told: set[Conduct]) -> Html:
        level = span(*self._of_class(name, c, self.about))
        pays = ", ".join(
            f"{self._who(p)} {_utils(*map(float, c.payoffs[p]))}"
            for p in self.solution(name).players
        )
        head = f"{what} (P({self.about}) {level}; payoffs in utils: {pays}):"
        parts = [paragraph(element("strong", head))]
        own = conducts(c, self.words, self._members(name, c), off_path=False)
        known = [x for x in own if x in told]
        for conduct in own:
            if conduct not in told:
                told.add(conduct)
                parts.append(self._sides(conduct, conduct.setting))
        if known:
            where = ", ".join(x.setting for x in known if x.setting)
            parts.append(paragraph(f"{self._start(where) or 'The sides'}: the same as told above."))
        return joined(*parts)

    def _members(self, name: str, c: Any) -> list[Any]:
        found = self.found.sets[name]
        return [found[i] for i in c.equilibria] or [c.example]

    def _sides(self, conduct: Conduct, setting: str) -> Html:
        parts = [paragraph(element("em", self._start(setting)))] if setting else []
        for player, sentences in conduct.sides:
            role = self.roles.get(player)
            who = f"{player}, {role}:" if role and role != player else f"{player}:"
            if player:
                parts.append(paragraph(element("strong", who), class_="who"))
            parts.append(items(sentences))
        return joined(*parts)

    def conduct(self, name: str, heading: str = "h4") -> Html:
        """Return the classes of equilibria with a mechanism, and who does what in each."""
        found = self.solution(name)
        if found.empty:
            return paragraph("No equilibrium was found.")
        classes = found.classes[:MOST_CLASSES]
        told = {c.name: conducts(c, self.words, self._members(name, c)) for c in classes}
        new = [c for own in told.values() for c in own if c not in self._numbers]
        for conduct in new:
            self._numbers.setdefault(conduct, len(self._numbers) + 1)
        parts = [paragraph(self._count(found))]
        parts.append(self._class_table(name, classes, told))
        several = any(s for own in told.values() for s in (c.setting for c in own))
        if several:
            parts.append(self._setting_table(name, classes, told))
        old = sorted({self._numbers[c] for own in told.values() for c in own if c not in new})
        if old:
            parts.append(
                paragraph(
                    "Told above: ",
                    *_commas([_link(f"conduct {k}", f"conduct-{k}") for k in old]),
                    ".",
                )
            )
        parts += [self._told(conduct, heading) for conduct in dict.fromkeys(new)]
        return joined(*parts)

    def _count(self, found: Solution) -> str:
        count, members = len(found.classes), found.count
        classes = "one class" if count == 1 else f"{count} classes"
        told = (
            f"There {'is' if count == 1 else 'are'} {classes} of {found.concept} equilibria, "
            "which differ in what they lead to"
            if count > 1
            else f"All {found.concept} equilibria lead to the same chances"
            if found.complete
            else f"All {found.concept} equilibria that were found lead to the same chances"
        )
        if count > 1:
            told += "; these are all there are" if found.complete else "; there may be others"
        if isnan(members):
            told = (
                f"The {found.concept} equilibria are a polytope, with intervals of outcomes; what "
                "is told of conduct is the one with the least war"
            )
        elif members > count:
            told += (
                f". They hold {members} extreme equilibria (corners of the set of equilibria). Of "
                "a class every way of acting is told that a corner has, and beliefs as intervals; "
                "what an action would cost is told of one corner"
            )
        if count > MOST_CLASSES:
            told += f". The first {MOST_CLASSES} classes are told here"
        return f"{told}."

    def _class_table(
        self, name: str, classes: Sequence[Any], told: Mapping[str, Sequence[Conduct]]
    ) -> Html:
        causes = self._causes()
        players = self.solution(name).players
        rows = []
        for k, c in enumerate(classes, start=1):
            own = _commas(
                [_link(str(self._numbers[x]), f"conduct-{self._numbers[x]}") for x in told[c.name]]
            )
            rows.append(
                [
                    f"Class {k}" if len(classes) > 1 else "The class",
                    joined(*own),
                    span(*self._of_class(name, c, self.about)),
                    *(span(*self._of_class(name, c, o)) for o in causes),
                    *(_utils(*map(float, c.payoffs[p])) for p in players),
                ]
            )
        head = [
            "Equilibria",
            "Conduct",
            f"P({self.about})",
            *(o.partition(":")[2] for o in causes),
            *(f"payoff of {p}" for p in players),
        ]
        caption = f"{self._start(name)}: classes of equilibria, what they lead to, by cause"
        return table(caption, head, rows, numeric=range(2, len(head)))

    def _of_class(self, name: str, c: Any, about: str) -> tuple[float, float]:
        """Return the interval of an outcome over a class."""
        return self.solution(name).span(c, about)

    def _causes(self) -> list[str]:
        return causes_of(self.found.dataset, self.about)

    def _setting_table(
        self, name: str, classes: Sequence[Any], told: Mapping[str, Sequence[Conduct]]
    ) -> Html:
        """Return for each setting its probability, and where each conduct in it leads."""
        rows: dict[tuple[str, int], list[object]] = {}
        for c in classes:
            by_name: dict[str, Setting] = settings(c.example, self.words, self.about)
            for conduct in told[c.name]:
                here = by_name.get(conduct.setting)
                if here is None:
                    continue
                k = self._numbers[conduct]
                rows.setdefault(
                    (conduct.setting, k),
                    [
                        self._start(conduct.setting),
                        percent(here.probability),
                        _link(f"conduct {k}", f"conduct-{k}"),
                        percent(here.war),
                    ],
                )
        order = {s: n for n, s in enumerate(dict.fromkeys(s for s, _ in rows))}
        chosen = [rows[key] for key in sorted(rows, key=lambda key: (order[key[0]], key[1]))]
        head = ["Setting", "Chance of it", "What the sides do", f"P({self.about}) in it"]
        caption = "In each setting, known to both sides, each of its conducts may hold"
        return table(caption, head, chosen, numeric=[1, 3])

    def _told(self, conduct: Conduct, heading: str) -> Html:
        k = self._numbers[conduct]
        where = f": {conduct.setting}" if conduct.setting else ""
        title = element(heading, f"Conduct {k}{where}", id=f"conduct-{k}")
        return joined(title, "\n", self._sides(conduct, ""))

    # --- what institutions change ---

    def overview(self) -> Html:
        """Return the comparison as a table."""
        causes = self._causes()
        data = self.found.dataset
        rows = []
        for name in self.names:
            row = self.row(name)
            selected = data.selected.sel(mechanism=name)
            by_cause = [percent(float(selected.sel(outcome=o))) for o in causes]
            rows.append(
                [
                    self._brief_name(name),
                    span(float(row.low), float(row.high)),
                    percent(float(row.selected)),
                    *by_cause,
                    points(float(row.direct)),
                    points(float(row.strategic)),
                    "all" if bool(row.complete) else "found",
                ]
            )
        head = [
            "Institutions",
            f"P({self.about}), over all equilibria",
            "selected",
            *(o.partition(":")[2] for o in causes),
            "direct",
            "strategic",
            "equilibria",
        ]
        caption = (
            f"Probability of {self.about}: over all equilibria, in one selected, by cause, and its "
            "change"
        )
        return joined(
            table(caption, head, rows, numeric=range(1, len(head) - 1)),
            paragraph(
                f"Selected: {self._rule()}. The causes are those in "
                "the selected "
                f"equilibrium. Direct and strategic: change of the selected value against "
                f"“{data.attrs['baseline']}” in percentage points; direct with both sides' "
                "strategies held as they were, strategic the rest. A selected value is not the "
                "answer: read the interval first.",
                class_="aside",
            ),
        )

    def _rule(self) -> str:
        data = self.found.dataset
        return SELECTED.get(str(data.attrs["rule"]), f"chosen by: {data.attrs['selection']}")

    def payoffs(self) -> Html:
        """Return what each side gets, selected and over all equilibria, as a table."""
        data = self.found.dataset
        players = [str(p) for p in data.player.values]
        rows = []
        for name in self.names:
            row: list[object] = [self._brief_name(name)]
            for player in players:
                own = data.sel(mechanism=name, player=player)
                row.append(utils(float(own.payoff_selected)))
                row.append(_utils(float(own.payoff_low), float(own.payoff_high)))
            rows.append(row)
        heads = [(f"{self._who(p)}, selected", f"{self._who(p)}, all") for p in players]
        head = ["Institutions", *(h for pair in heads for h in pair)]
        caption = "What each side gets, in utils: in the selected equilibrium, and over all of them"
        return table(caption, head, rows, numeric=range(1, len(head)))

    def picture(self, title: str) -> Html:
        """Return the comparison as a figure."""
        from crisisgames.plots import figure_size, plot_comparison

        data = self.found.dataset.assign_attrs(crisis=printable(title), notes="")
        data = data.assign_coords(mechanism=[printable(name) for name in self.names])
        spoken = "; ".join(
            f"{name}: {span(float(self.row(name).low), float(self.row(name).high))}"
            for name in self.names
        )
        return drawn(
            "comparison",
            lambda ax: plot_comparison(data, ax=ax),
            figure_size(data),
            f"Probability of {self.about} with each institution: {title}",
            f"Intervals over all equilibria. {spoken}.",
            "The numbers of this figure stand in the table above.",
        )

    def effect(self, name: str) -> Html:
        """Return in sentences what a mechanism does, and in which equilibria."""
        base, row = self.row(self.names[0]), self.row(name)
        level = self._level(row)
        said = [f"{level[:1].upper()}{level[1:]}"]
        verdict = direction(row, base)
        found = "" if self._all_complete([self.names[0], name]) else " that were found"
        if verdict:
            low, high = (
                span(float(row.low), float(row.high)),
                span(float(base.low), float(base.high)),
            )
            said.append(
                LONG[verdict].format(
                    what=self.what, found=found, base=f"“{self.names[0]}”", own=low, old=high
                )
            )
        said.append(self._share(name))
        said.append(self._parts(row, base))
        return paragraph(" ".join(s for s in said if s))

    def _share(self, name: str) -> str:
        """Return in how many classes the outcome is less likely than in the whole baseline."""
        base = self.row(self.names[0])
        classes = self.solution(name).classes
        if len(classes) < 2 or isnan(float(base.low)):
            return ""
        spans = [self._of_class(name, c, self.about) for c in classes]
        below = sum(high < float(base.low) - SAME for _, high in spans)
        above = sum(low > float(base.high) + SAME for low, _ in spans)
        rest = len(spans) - below - above
        found = "" if bool(self.row(name).complete) else " found"
        if not below and not above:
            return (
                f"In none of the {len(spans)} classes of equilibria{found} is it lower, or higher, "
                "than in all equilibria of the baseline."
            )
        told = [
            text
            for count, text in (
                (below, f"in {below} it is lower than in any equilibrium of the baseline"),
                (above, f"in {above} it is higher than in any equilibrium of the baseline"),
                (rest, f"in {rest} it is within the range of the baseline, or overlaps it"),
            )
            if count
        ]
        return f"Of the {len(spans)} classes of equilibria{found}, {_listed(told)}."

    def _parts(self, row: xr.Dataset, base: xr.Dataset) -> str:
        direct, strategic = float(row.direct), float(row.strategic)
        total = float(row.selected - base.selected)
        if isnan(direct) or isnan(strategic):
            changes = f"The selected value changes by {points(total)} percentage points."
            return "" if isnan(total) else changes
        if max(abs(direct), abs(strategic)) <= SAME:
            return "The selected value does not change."
        if abs(strategic) <= SAME:
            parts = "all of it direct: nobody's strategy has to change for it"
        elif abs(direct) <= SAME:
            parts = "all of it strategic: it comes from what the sides do differently"
        else:
            parts = f"{points(direct)} direct and {points(strategic)} strategic"
        return f"The selected value changes by {points(total)} percentage points, {parts}."

    def changes(self, name: str) -> Html:
        """Return what a mechanism changes in the crisis, number by number.

        The baseline is held against the crisis itself, everything else against the baseline.
        """
        base = self.names[0]
        crisis = self.found.crises.get(name)
        start = self.found.crisis if name == base else self.found.crises.get(base)
        if crisis is None or start is None:
            return Html()
        rows = [[c.name, c.meaning, c.before, c.after] for c in changes(start, crisis, self.words)]
        if not rows:
            return paragraph("It changes no number of the crisis.") if name != base else Html()
        without = "with no institution" if name == base else base
        caption = f"{self._start(name)}: what it changes in the crisis"
        head = ["Parameter", "Meaning", self._start(without), self._start(self._brief_name(name))]
        return table(caption, head, rows, numeric=[2, 3])


BOXED = "How often they hold at other values is told under “Which claims survive?”."
UNBOXED = "Nothing here says how often they hold at other values."

SELECTED = {
    "qre": "the one nearest to how players would act who err ever less often (the limit of the "
    "agent quantal response branch)",
    "least war": "the one with the lowest probability of war",
    "most war": "the one with the highest probability of war",
    "welfare": "the one in which the sides together get most",
}
"""What the selected equilibrium is, by the rule that selected it."""

SHORT = {
    "lowers": "In all equilibria{found} {what} is lower than with {base}",
    "raises": "In all equilibria{found} {what} is higher than with {base}",
    "may lower": "Lower in some equilibria{found}, the same in others",
    "may raise": "Higher in some equilibria{found}, the same in others",
    "either": "Lower in some equilibria{found}, higher in others",
    "open": "Lower or higher, depending on which equilibria{found} hold with the institution and "
    "which without it",
    "same interval": "The same interval over all equilibria{found}",
    "same": "No difference in any equilibrium{found}",
    "": "No equilibrium to speak of was found",
}
"""What the verdict on an institution is called in a few words."""

LONG = {
    "lowers": "In all equilibria{found} at these values it lowers {what}: {own} with it, against "
    "{old} in {base}.",
    "raises": "In all equilibria{found} at these values it raises {what}: {own} with it, against "
    "{old} in {base}.",
    "may lower": "In some equilibria{found} at these values it lowers {what}, in others it does "
    "not; in none does it raise it.",
    "may raise": "In some equilibria{found} at these values it raises {what}, in others it does "
    "not; in none does it lower it.",
    "either": "In some equilibria{found} at these values it lowers {what}, in others it raises it.",
    "open": "Whether it lowers or raises {what} depends on which of the equilibria{found} hold "
    "with it and without it: {own} with it, {old} in {base}.",
    "same interval": "The interval of {what} over all equilibria{found} is the same as in {base}.",
    "same": "It leaves {what} as it is in all equilibria{found} at these values.",
}
"""The verdict on an institution in a sentence that claims no more than was computed."""


def _better(change: float) -> str:
    """Return a change of a payoff in words."""
    if abs(change) <= SAME:
        return "is neither better nor worse off"
    return f"is {'better' if change > 0 else 'worse'} off by {utils(abs(change))} utils"


def _sequence(words: Sequence[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def _utils(low: float, high: float) -> str:
    ends = tuple(dict.fromkeys((utils(low), utils(high))))
    return " to ".join(ends)


def _listed(words: Iterable[str]) -> str:
    *most, last = words
    return f"{'; '.join(most)}; and {last}" if most else last


def _commas(parts: Sequence[Html]) -> list[object]:
    """Return parts with commas between them."""
    told: list[object] = []
    for k, part in enumerate(parts):
        told += [", ", part] if k else [part]
    return told


def _link(text: str, target: str) -> Html:
    return element("a", text, href=f"#{target}")
