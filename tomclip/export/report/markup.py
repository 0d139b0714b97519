"""Parts of a report's page. All text is escaped here, so that none of it can be markup."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import plotly.graph_objects as go

from tomclip.evaluation.readings.tables import WrittenTable
from tomclip.export.images import DEFAULT_HEIGHT, for_paper
from tomclip.export.pages import figure_html
from tomclip.export.report.style import PRINTED_HEIGHT, PRINTED_WIDTH
from tomclip.figures.style.head import spoken


def paragraph(text: str, kind: str = "") -> str:
    """Returns a paragraph of plain text, of a class of the style sheet where one is named."""
    return f"<p{_of(kind)}>{escape(text)}</p>"


def bullets(texts: Iterable[str]) -> str:
    """Returns a list of plain sentences; "" where there is none."""
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f"<ul>{items}</ul>" if items else ""


def command_line(text: str) -> str:
    """Returns a command to copy."""
    return f'<pre class="command"><code>{escape(text)}</code></pre>'


def number_table(table: WrittenTable, names: Mapping[str, str]) -> str:
    """Returns a table whose cells but the first of a row are numbers.

    Args:
        table: what is written in it.
        names: what to write for the first cell of a row, where that is another text.
    """
    rows = [(names.get(first, first), *rest) for first, *rest in table.rows]
    return _table(table.title, table.header, rows, "numbers")


def text_table(title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Returns a table of text."""
    return _table(title, header, rows, "text")


def folded(title: str, value: Any) -> str:
    """Returns what opens when its title is pressed: JSON values that are too long for a table."""
    text = json.dumps(value, indent=1, ensure_ascii=False)
    return f"<details><summary>{escape(title)}</summary><pre>{escape(text)}</pre></details>"


def captioned(figure: go.Figure, caption: str, number: int, *, paper: bool = False) -> str:
    """Returns a figure on a light card with its caption below.

    Args:
        figure: of `tomclip.figures`.
        caption: plain text.
        number: place among the page's figures, from 1.
        paper: whether it is drawn for a printed sheet: as vectors, in the width of the sheet.
    """
    drawn = _on_paper(figure) if paper else figure
    return (
        f'<figure aria-label="{escape(spoken(figure))}"><div class="card">'
        f"{figure_html(drawn, number=number)}</div>"
        f"<figcaption><b>Figure {number}.</b> {escape(caption)}</figcaption></figure>"
    )


def _on_paper(figure: go.Figure) -> go.Figure:
    layout: Any = figure.layout
    height = round(PRINTED_HEIGHT * (layout.height or DEFAULT_HEIGHT))
    drawn = for_paper(figure, theme="light", width=PRINTED_WIDTH)
    return drawn.update_layout(width=PRINTED_WIDTH, height=height)


def _table(title: str, header: Sequence[str], rows: Iterable[Sequence[str]], kind: str) -> str:
    heads = "".join(f'<th scope="col">{escape(text)}</th>' for text in header)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f"<td>{escape(text)}</td>" for text in rest)
        + "</tr>"
        for first, *rest in rows
    )
    return (
        f'<div class="wide"><table{_of(kind)}><caption>{escape(title)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _of(kind: str) -> str:
    return f' class="{kind}"' if kind else ""
