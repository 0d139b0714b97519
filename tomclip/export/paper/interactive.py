"""The figure as one HTML page with zoom and hover, which needs no network."""

from __future__ import annotations

from html import escape

import plotly.graph_objects as go

from tomclip.export.pages import CONFIG
from tomclip.export.paper.arranging import GAP_MM, Arrangement, panel_letter
from tomclip.export.paper.fonts import font_list
from tomclip.export.paper.panels import ground_of, ink_of

PIXELS_PER_MM = 96 / 25.4 * 1.4
"""On a screen a figure is drawn 1.4 times as large as in print."""


def interactive_page(name: str, plan: Arrangement) -> bytes:
    """Returns a page of about 5 MB: the panels in their columns, each with its own legend.

    Args:
        name: title of the page.
        plan: of the figure.
    """
    settings = plan.settings
    width = round(settings.width_mm * PIXELS_PER_MM)
    parts = []
    for number, one in enumerate(plan.own):
        heading = f"{panel_letter(number, settings)} {one.title}".strip()
        figure = go.Figure(one.figure).update_layout(width=None, height=one.height, autosize=True)
        parts.append(
            f"<figure><figcaption>{escape(heading)}</figcaption>"
            + figure.to_html(
                include_plotlyjs=number == 0,
                full_html=False,
                config=dict(CONFIG),
                auto_play=False,
                div_id=f"panel-{number + 1}",
            )
            + "</figure>"
        )
    style = (
        f"body{{margin:2rem auto;max-width:{width}px;padding:0 1rem;color:{ink_of(settings)};"
        f"background:{ground_of(settings)};font-family:{font_list(settings.font)}}}"
        f"main{{display:grid;gap:1rem {GAP_MM}mm;"
        f"grid-template-columns:repeat({settings.columns},minmax(0,1fr))}}"
        "figure{margin:0;min-width:0}figcaption{font-weight:600}"
        "@media (max-width:40rem){main{grid-template-columns:minmax(0,1fr)}}"
    )
    title = escape(name)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{style}</style></head>'
        f"<body><main>{''.join(parts)}</main></body></html>"
    ).encode()
