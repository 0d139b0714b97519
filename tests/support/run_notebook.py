"""A notebook as a test reads it: run from top to bottom, its words, and what its cells put out."""

from __future__ import annotations

from html import unescape
from typing import Any

import nbformat
from nbclient import NotebookClient
from support.checkout import ROOT
from support.html_page import Page

FIGURE = "application/vnd.plotly.v1+json"


class Notebook:
    """Checks and runs a notebook; any cell that fails, fails the test."""

    def __init__(self, content: bytes, *, run: bool = True) -> None:
        self.read: Any = nbformat.reads(content.decode(), as_version=4)
        nbformat.validate(self.read)
        assert not any(cell.get("outputs") for cell in self.read.cells)
        if run:
            folder = {"metadata": {"path": str(ROOT)}}
            client = NotebookClient(self.read, timeout=250, kernel_name="python3", resources=folder)
            client.execute()

    @property
    def words(self) -> str:
        """Every cell of Markdown, without the marks that keep its text plain."""
        texts = (cell.source for cell in self.read.cells if cell.cell_type == "markdown")
        return unescape("\n".join(texts).replace("\\", ""))

    @property
    def code(self) -> str:
        """Every cell of Python."""
        return "\n".join(cell.source for cell in self.read.cells if cell.cell_type == "code")

    def results(self) -> list[str]:
        """Returns what cells ended in, as text."""
        return [
            one["data"].get("text/plain", "")
            for one in self._outputs()
            if one["output_type"] == "execute_result"
        ]

    def printed(self) -> str:
        """Returns what the cells printed."""
        return "".join(one["text"] for one in self._outputs() if one["output_type"] == "stream")

    def figures(self) -> list[dict[str, Any]]:
        """Returns the figures that were drawn, with their traces and layout."""
        return [one["data"][FIGURE] for one in self._outputs() if FIGURE in one.get("data", {})]

    def tables(self) -> dict[str, list[list[str]]]:
        """Returns the rows of every table that follows its printed title, without the heads."""
        found: dict[str, list[list[str]]] = {}
        title = ""
        for one in self._outputs():
            if one["output_type"] == "stream":
                title = one["text"].strip()
            elif title and "text/html" in one.get("data", {}):
                found[title] = _rows(one["data"]["text/html"])
                title = ""
        return found

    def _outputs(self) -> list[Any]:
        return [one for cell in self.read.cells for one in cell.get("outputs", ())]


def _rows(html: str) -> list[list[str]]:
    page = Page(html.replace("<thead>", "<caption>table</caption><thead>"))
    return page.tables["table"][2:]
