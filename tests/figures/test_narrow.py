"""Figures in a real browser, as narrow as on a telephone: nothing is cut off or covered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest
from playwright.sync_api import Page, sync_playwright
from plotly.offline import get_plotlyjs
from support.figure_samples import CONTEXT, FIGURES, loop_panel

from tomclip.figures import loop_figure
from tomclip.figures.style.head import NARROW
from tomclip.ui.parts.layout import PLOTLY_CONFIG

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

LONG = replace(
    CONTEXT,
    encoders={**CONTEXT.encoders, "run:1": "emoji-small-with-a-long-name · 3fa9c2"},
    note="landmarks, all within 0.123 of one of them, of 300 concepts",
)
PANELS = [loop_panel("ko", (0.4, 0.5)), loop_panel("en", (0.6, 0.6))]
# On a page every panel of a loop is a figure of its own: two side by side need twice the room.
NARROW_FIGURES = {
    **{name: draw for name, draw in FIGURES.items() if name != "loop"},
    "loop_of_one": lambda context: loop_figure(PANELS, context=context, only=0),
}
WIDTHS = (NARROW, 800, 1_400)
CUT_OFF = """id => {
  const figure = document.getElementById(id), edge = figure.getBoundingClientRect()
  return [...figure.querySelectorAll('text')].filter(text => {
    const box = text.getBoundingClientRect()
    return box.width && (box.left < edge.left - 1 || box.right > edge.right + 1
      || box.top < edge.top - 1 || box.bottom > edge.bottom + 1)
  }).map(text => text.textContent)
}"""
BOXES = """id => {
  const figure = document.getElementById(id), box = name => {
    const one = figure.querySelector(name)
    if (!one || !one.getBoundingClientRect().width) return null
    const {top, bottom} = one.getBoundingClientRect()
    return {top, bottom}
  }
  return [box('.modebar'), box('.gtitle'), box('.gtitle-subtitle'), box('.cartesianlayer .plot')]
}"""


@pytest.fixture(scope="module", params=WIDTHS)
def page(request: pytest.FixtureRequest, chromium: Path, tmp_path_factory: Any) -> Iterator[Page]:
    """Yields a page with every figure below the other, its toolbar shown, in one width."""
    config = json.dumps({**PLOTLY_CONFIG, "displayModeBar": True})
    parts = []
    for name, draw in NARROW_FIGURES.items():
        figure: go.Figure = draw(LONG)
        width = max(request.param, (figure.layout.meta or {}).get("least_width", 0))
        size = f"width:{width}px;height:{figure.layout.height}px"
        call = f"Plotly.newPlot('{name}', figure.data, figure.layout, {config})"
        parts.append(
            f"<div id='{name}' style='{size}'></div>"
            f"<script>{{const figure = {figure.to_json()}; {call}}}</script>"
        )
    file = tmp_path_factory.mktemp("narrow") / "figures.html"
    head = f"<meta charset='utf-8'><script>{get_plotlyjs()}</script>"
    file.write_text(
        f"<html><head>{head}</head><body style='margin:0'>{''.join(parts)}</body></html>"
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--enable-unsafe-swiftshader"]
        )
        page = browser.new_page(viewport={"width": request.param, "height": 900})
        page.goto(file.as_uri())
        page.wait_for_function(
            f"document.querySelectorAll('.modebar').length >= {len(NARROW_FIGURES)}"
        )
        yield page
        browser.close()


@pytest.mark.parametrize("name", NARROW_FIGURES)
def test_no_text_of_a_figure_is_cut_off(page: Page, name: str) -> None:
    assert page.evaluate(CUT_OFF, name) == []


@pytest.mark.parametrize("name", NARROW_FIGURES)
def test_toolbar_title_subtitle_and_plot_stand_below_one_another(page: Page, name: str) -> None:
    toolbar, title, subtitle, plot = page.evaluate(BOXES, name)
    assert toolbar["bottom"] <= title["top"] + 2
    assert title["bottom"] <= subtitle["top"] + 2
    assert plot is None or subtitle["bottom"] <= plot["top"] + 2
