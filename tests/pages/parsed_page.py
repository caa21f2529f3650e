"""A reader of pages that is stricter than browsers are."""

from html.parser import HTMLParser

BLOCKS = {"td", "th", "p", "li", "dt", "dd", "caption", "pre", "h1", "h2", "h3", "h4"}
VOID = {"meta", "br", "hr", "img"}
LOADS = {"src", "srcset", "data", "poster", "background", "action", "manifest", "formaction"}


class Page(HTMLParser):
    """Tags must be balanced, identifiers unique, attributes given once; kept are what tests ask."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.headings, self.ids, self.links, self.tags = [], [], [], [], []
        self.loads, self.text, self.handlers = [], [], []
        self.feed(text)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        self._note(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        assert "svg" in self.open, f"<{tag}/> outside a drawing"
        self._note(tag, attrs)

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1] == tag, f"</{tag}> closes <{self.open[-1]}> at {self.getpos()}"
        self.open.pop()
        if tag in BLOCKS and "svg" not in self.open:
            self.text.append(" ")

    def handle_data(self, data):
        if not {"style", "svg"} & set(self.open):
            self.text.append(data)

    def _note(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice: {names}"
        own = dict(attrs)
        self.tags.append((tag, own, tuple(self.open)))
        if tag in {"h1", "h2", "h3", "h4"}:
            self.headings.append(int(tag[1]))
        if "id" in own:
            self.ids.append(own["id"])
        if "href" in own or "xlink:href" in own:
            self.links.append((tag, own.get("href") or own["xlink:href"]))
        self.loads += [(tag, name) for name in names if name in LOADS]
        self.handlers += [name for name in names if name.startswith("on")]

    def all(self, tag):
        return [own for t, own, _ in self.tags if t == tag]

    @property
    def words(self):
        return " ".join("".join(self.text).replace("\N{NO-BREAK SPACE}", " ").split())
