"""Several figures on one HTML page that needs no network."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import plotly.graph_objects as go

from tomclip.figures.style.palette import PALETTES, ThemeName
from tomclip.figures.style.template import FONT_FAMILY, restyled

CONFIG = {"displaylogo": False, "responsive": True, "toImageButtonOptions": {"format": "svg"}}


def figures_page(
    figures: Iterable[go.Figure], *, title: str, lead: str = "", theme: ThemeName = "light"
) -> bytes:
    """Returns a page of about 5 MB with the figures below each other, their zoom and hover.

    Args:
        figures: of `tomclip.figures`, in their order; drawn anew in `theme`.
        title: of the page.
        lead: a paragraph of plain text below it.
        theme: "light" or "dark".
    """
    colours = PALETTES[theme]
    parts = [
        figure_html(figure, number=number, theme=theme) for number, figure in enumerate(figures, 1)
    ]
    style = (
        f"body {{margin: 2rem auto; max-width: 1100px; padding: 0 1rem; color: {colours['ink']}; "
        f"background: {colours['paper']}; font-family: {FONT_FAMILY}}}"
        "body > div {overflow-x: auto; margin-bottom: 2rem}"
    )
    text = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{style}</style></head><body><h1>{escape(title)}</h1>"
        + (f"<p>{escape(lead)}</p>" if lead else "")
        + "".join(parts)
        + "</body></html>"
    )
    return text.encode()


def figure_html(figure: go.Figure, *, number: int, theme: ThemeName = "light") -> str:
    """Returns the part of a page that draws a figure; plotly.js stands in that of number 1.

    What figures say is text: nothing in it can end the script that draws them.

    Args:
        figure: of `tomclip.figures`; drawn anew in `theme`.
        number: place among the page's figures, from 1.
        theme: "light" or "dark".
    """
    styled = restyled(figure, theme=theme)
    styled.update_layout(paper_bgcolor=PALETTES[theme]["paper"])
    return styled.to_html(
        include_plotlyjs=number == 1,
        full_html=False,
        config=CONFIG,
        auto_play=False,
        div_id=f"figure-{number}",
    )
