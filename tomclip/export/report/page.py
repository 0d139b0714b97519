"""The page of a report: the verdict first, then sections; nothing is fetched from anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from tomclip.export.report.markup import paragraph
from tomclip.export.report.style import SCRIPT, STYLE

POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data: blob:; font-src data:"
)
"""What a browser lets the page load (Content Security Policy): only what is in the page."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report with a heading of its own; it begins a new sheet when it is printed.

    Attributes:
        title: of the section.
        parts: HTML of `tomclip.export.report.markup`.
        follows: whether it stays on the sheet of the section before it.
    """

    title: str
    parts: tuple[str, ...]
    follows: bool = False


def report_page(
    *, title: str, about: str, verdict: str, lead: Iterable[str] = (), sections: Sequence[Section]
) -> bytes:
    """Returns the page in UTF-8: of about 5 MB when it has figures, as plotly.js is in it.

    Args:
        title: of the report.
        about: one line on what it is about.
        verdict: what came out, in one sentence.
        lead: HTML of `markup` that stands between the verdict and the first section.
        sections: in their order; plotly.js is in the first figure.
    """
    links = "".join(
        f'<a href="#section-{number}">{escape(one.title)}</a>'
        for number, one in enumerate(sections, 1)
    )
    body = "".join(
        f'<section id="section-{number}"{" class=first" if one.follows else ""}>'
        f"<h2>{escape(one.title)}</h2>{''.join(one.parts)}</section>"
        for number, one in enumerate(sections, 1)
    )
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="data:,"><title>{escape(title)}</title><style>{STYLE}</style>'
        f"</head><body><main><h1>{escape(title)}</h1>{paragraph(about, 'about')}"
        f"{paragraph(verdict, 'verdict')}{''.join(lead)}<nav>{links}</nav>{body}</main>"
        f"<script>{SCRIPT}</script></body></html>"
    )
    return text.encode()
