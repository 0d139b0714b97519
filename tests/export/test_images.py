"""Images: vector stays vector, nothing is clipped, threads do not mix, no browser is no crash."""

from __future__ import annotations

import re
import struct
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest
from support.figure_samples import CONTEXT, FIGURES, N_ROWS, coordinates, map_columns

from tomclip.core.errors import InputError
from tomclip.core.languages import LANGUAGES
from tomclip.export import ExportError, browser_available, html_bytes, image_bytes, images_bytes
from tomclip.export.images import for_paper
from tomclip.figures import map_figure

REPEAT = 80
WIDTH = 500


@pytest.fixture(scope="module")
def webgl_map() -> go.Figure:
    """Returns a map of 13 highlighted languages with 3,120 points, drawn with WebGL."""
    return map_figure(
        coordinates(N_ROWS * REPEAT), context=CONTEXT, highlight=LANGUAGES, **map_columns(REPEAT)
    )


@pytest.fixture(scope="module")
def images(chromium: Path, webgl_map: go.Figure) -> dict[str, bytes]:
    """Returns the map in every format, in the width of a telephone."""
    return {**images_bytes(webgl_map, width=WIDTH, height=600, scale=2)}


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "nothing"))


def legend_box(svg: str) -> tuple[float, float, float, float]:
    """Returns left, top, right and bottom of the legend in pixels."""
    found = re.search(
        r'<g class="legend"[^>]*translate\(([\d.]+),([\d.]+)\)[^>]*>'
        r'<rect[^>]*? width="([\d.]+)" height="([\d.]+)"',
        svg,
    )
    assert found
    left, top, width, height = map(float, found.groups())
    return left, top, left + width, top + height


def plot_bottom(svg: str) -> float:
    """Returns where the plot area ends, in pixels from the top."""
    found = re.search(
        r'<rect class="bg" x="[\d.]+" y="([\d.]+)" width="[\d.]+" height="([\d.]+)"', svg
    )
    assert found
    return sum(map(float, found.groups()))


def test_a_map_is_vector_in_svg_although_the_page_uses_webgl(
    webgl_map: Any, images: dict[str, bytes]
) -> None:
    assert {trace.type for trace in webgl_map.data} == {"scattergl"}
    svg = images["svg"].decode()
    assert "<image" not in svg
    assert svg.count('<path class="point ') == N_ROWS * REPEAT


def test_a_legend_of_thirteen_languages_stays_inside_and_below_the_plot(
    images: dict[str, bytes],
) -> None:
    svg = images["svg"].decode()
    left, top, right, bottom = legend_box(svg)
    assert len(re.findall('class="legendtext"', svg)) == 13
    assert 0 <= left < right <= WIDTH
    assert plot_bottom(svg) < top < bottom <= 600


def test_text_stays_text_in_svg_with_cjk_letters(images: dict[str, bytes]) -> None:
    svg = images["svg"].decode()
    assert "한국어" in svg
    assert "MCLIP, ToMCLIP exact · cosine · 300 concepts" in svg


def test_a_png_has_the_asked_size(images: dict[str, bytes]) -> None:
    assert images["png"][:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", images["png"][16:24]) == (2 * WIDTH, 1200)


def test_a_pdf_is_a_pdf(images: dict[str, bytes]) -> None:
    assert images["pdf"].startswith(b"%PDF-")


def test_two_threads_get_their_own_figure(chromium: Path) -> None:
    figures = [FIGURES["betti"](replace(CONTEXT, title=f"Figure {name}")) for name in "AB"]
    with ThreadPoolExecutor(2) as pool:
        svgs = [
            svg.decode() for svg in pool.map(lambda figure: image_bytes(figure, "svg"), figures)
        ]
    for svg, own, other in zip(svgs, "AB", "BA", strict=True):
        assert f"Figure {own}" in svg
        assert f"Figure {other}" not in svg


def ground(figure: Any) -> str | None:
    return figure.layout.paper_bgcolor


def test_the_ground_on_paper_is_white_black_or_nothing() -> None:
    figure = FIGURES["betti"](CONTEXT)
    assert ground(for_paper(figure)) == "#ffffff"
    assert ground(for_paper(figure, theme="dark")) == "#0e1117"
    assert ground(for_paper(figure, transparent=True)) is None
    assert ground(figure) is None


@pytest.mark.parametrize("name", ["accuracy", "diagram", "barcode_stack"])
def test_without_a_browser_the_sentence_says_how_to_get_one(no_browser: None, name: str) -> None:
    assert not browser_available()
    with pytest.raises(ExportError, match=r"run 'plotly_get_chrome' once.*or take HTML and CSV"):
        image_bytes(FIGURES[name](CONTEXT), "svg")


def test_the_advised_command_comes_with_plotly() -> None:
    commands = distribution("plotly").entry_points.select(group="console_scripts")
    assert "plotly_get_chrome" in commands.names


def test_a_page_holds_plotly_itself_and_the_figure() -> None:
    page = html_bytes(FIGURES["betti"](CONTEXT), theme="dark").decode()
    assert "한국어" in page or "\\ud55c\\uad6d\\uc5b4" in page
    assert "<script src=" not in page
    assert len(page) > 1_000_000
    assert '"paper_bgcolor":"#0e1117"' in page


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"image_format": "gif"}, "image format is 'gif'"),
        ({"width": 20}, "width is 20; use 200 to 6000"),
        ({"height": 9_000}, "height is 9000"),
        ({"scale": 0.0}, "scale is 0; use 0.25 to 8"),
    ],
)
def test_an_impossible_image_is_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        image_bytes(FIGURES["betti"](CONTEXT), **options)  # type: ignore[arg-type]
