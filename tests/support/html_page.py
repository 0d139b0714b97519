"""An HTML page as a test reads it: that it is well formed, what it says, what it would fetch."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "link", "br", "img", "input", "hr"}
ASKING = {"src", "href", "action", "data", "poster", "srcset", "background"}


class Page(HTMLParser):
    """Reads a page: its text by class or tag, its tables, and every address in an attribute.

    Fails where an element is closed that is not the last one opened.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.scripts: list[str] = []
        self.tables: dict[str, list[list[str]]] = {}
        self._cell = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.addresses += [given[name] or "" for name in ASKING & set(given)]
        if tag == "tr":
            self._rows.append([])
        if tag in ("th", "td"):
            self._cell = ""
        if tag == "script":
            self.scripts.append("")
        if tag not in VOID:
            kind = given.get("class") or tag
            self.open.append((tag, kind))
            self.texts.setdefault(kind, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag
        if tag in ("th", "td"):
            self._rows[-1].append(self._cell)
        if tag == "caption":
            self._rows = self.tables.setdefault(self.texts["caption"][-1], [])

    def handle_data(self, data: str) -> None:
        if not self.open:
            return
        tag, kind = self.open[-1]
        if tag == "script":
            self.scripts[-1] += data
            return
        self.texts[kind][-1] += data
        self._cell += data
