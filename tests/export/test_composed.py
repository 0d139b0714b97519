"""Composed figures, opened as others open them: SVG, PDF, PNG, TIFF, and HTML in a browser."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image
from playwright.sync_api import sync_playwright
from pypdf import PdfReader
from support.figure_samples import CONTEXT, FIGURES, N_ROWS, coordinates, map_columns, score_rows

from tomclip.core.languages import LANGUAGES
from tomclip.export.paper import PaperSettings, composed
from tomclip.export.sets import PanelSet, panel_of
from tomclip.figures import map_figure

SVG = "{http://www.w3.org/2000/svg}"
SETTINGS = PaperSettings(width_mm=120, columns=2, dpi=150, language_labels="own", theme="print")
REPEAT = 80
"""A map of so many times its rows has more marks than stay vectors."""


def one_panel(figure: Any, key: str) -> Any:
    return panel_of(figure, key=key, table=score_rows(["mclip"]))


@pytest.fixture(scope="module")
def panels() -> PanelSet:
    names = ("diagram", "betti", "accuracy")
    made = [one_panel(FIGURES[name](CONTEXT), f"topology/{name}") for name in names]
    crowd = map_figure(
        coordinates(N_ROWS * REPEAT), context=CONTEXT, highlight=LANGUAGES, **map_columns(REPEAT)
    )
    return PanelSet("My figure", (*made, one_panel(crowd, "embeddings/map")))


@pytest.fixture(scope="module")
def made(chromium: Path, panels: PanelSet) -> dict[str, bytes]:
    """Returns the figure in every format, and how far it was told to be, made by one browser."""
    steps: list[tuple[int, int]] = []
    files = composed(
        panels,
        SETTINGS,
        ("svg", "pdf", "png", "tiff", "html"),
        on_progress=lambda done, total: steps.append((done, total)),
    )
    assert [done for done, _ in steps] == list(range(1, steps[-1][1] + 1))
    return {**files}


def size_in_mm(svg: bytes) -> tuple[float, float]:
    root = ElementTree.fromstring(svg)
    width, height = (str(root.get(side)) for side in ("width", "height"))
    assert width.endswith("mm")
    assert height.endswith("mm")
    return float(width[:-2]), float(height[:-2])


def svg_texts(svg: bytes) -> list[str]:
    return ["".join(one.itertext()) for one in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_svg_parses_is_as_wide_as_asked_and_holds_live_text(made: dict[str, bytes]) -> None:
    assert size_in_mm(made["svg"])[0] == 120
    texts = svg_texts(made["svg"])
    assert "b\u2002Betti curves, H0" in texts
    assert any("filtration value" in text for text in texts)
    assert {"한국어", "日本語"} <= set(texts)
    assert [text[0] for text in texts if "\u2002" in text] == list("abcd")


def test_ids_and_references_of_panels_do_not_meet(made: dict[str, bytes]) -> None:
    root = ElementTree.fromstring(made["svg"])
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    named = set(re.findall(r"url\(#([^)]+)\)", made["svg"].decode()))
    assert named
    assert named <= set(ids)


def test_panels_and_legend_stay_on_the_paper(made: dict[str, bytes]) -> None:
    root = ElementTree.fromstring(made["svg"])
    _, _, width, height = map(float, str(root.get("viewBox")).split())
    assert width == pytest.approx(120 / 25.4 * 72, abs=0.01)
    moved = [re.match(r"translate\(([\d.]+),([\d.]+)\)", str(g.get("transform"))) for g in root]
    places = [(float(found[1]), float(found[2])) for found in moved if found]
    assert len(places) == 5
    assert all(0 <= left < width and 0 <= top < height for left, top in places)
    assert places[0][1] == places[1][1] < places[2][1] == places[3][1] < places[4][1]


def test_a_crowd_is_one_picture_among_vectors(made: dict[str, bytes]) -> None:
    root = ElementTree.fromstring(made["svg"])
    pictures = list(root.iter(f"{SVG}image"))
    assert len(pictures) == 1
    data = str(pictures[0].get("{http://www.w3.org/1999/xlink}href"))
    assert data.startswith("data:image/png;base64,")
    assert made["svg"].count(b'class="point') < N_ROWS * REPEAT


def test_the_picture_of_a_crowd_lies_where_the_marks_were(chromium: Path, panels: PanelSet) -> None:
    crowd = PanelSet("crowd", panels.panels[3:])
    shown = [
        composed(crowd, PaperSettings(width_mm=90, dpi=100, most_marks=most), ["png"])["png"]
        for most in (0, 100)
    ]
    vector, raster = (Image.open(io.BytesIO(png)).convert("L") for png in shown)
    difference = [abs(a - b) for a, b in zip(vector.tobytes(), raster.tobytes(), strict=True)]
    assert vector.tobytes() != raster.tobytes()
    assert sum(difference) / len(difference) < 3
    assert sum(value < 128 for value in vector.tobytes()) > 1_000


def test_pdf_has_one_page_of_the_exact_size(made: dict[str, bytes]) -> None:
    (page,) = PdfReader(io.BytesIO(made["pdf"])).pages
    width, height = size_in_mm(made["svg"])
    for box in (page.mediabox, page.cropbox):
        assert float(box.width) / 72 * 25.4 == pytest.approx(width, abs=0.01)
        assert float(box.height) / 72 * 25.4 == pytest.approx(height, abs=0.01)


def test_pdf_embeds_truetype_fonts_and_its_text_can_be_copied(made: dict[str, bytes]) -> None:
    reader = PdfReader(io.BytesIO(made["pdf"]))
    resources: Any = reader.pages[0]["/Resources"]
    fonts = [one.get_object() for one in resources["/Font"].values()]
    assert len(fonts) >= 2
    for font in fonts:
        assert font["/Subtype"] == "/Type0"
        inner = font["/DescendantFonts"][0].get_object()
        assert inner["/Subtype"] == "/CIDFontType2"
        assert "/FontFile2" in inner["/FontDescriptor"].get_object()
    text = reader.pages[0].extract_text()
    assert "한국어" in text
    assert "Betti" in text
    assert reader.metadata is not None
    assert reader.metadata.title == "My figure"


def test_png_and_tiff_have_the_pixels_and_say_their_dpi(made: dict[str, bytes]) -> None:
    width, height = size_in_mm(made["svg"])
    for name in ("png", "tiff"):
        image = Image.open(io.BytesIO(made[name]))
        assert image.size == (round(width / 25.4 * 150), pytest.approx(height / 25.4 * 150, abs=1))
        assert image.info["dpi"] == pytest.approx((150, 150), abs=0.1)
        colours = image.convert("RGB").getcolors(maxcolors=10**6)
        assert colours is not None
        assert max(colours)[1] == (255, 255, 255)
        assert len(colours) > 50


def test_html_draws_every_panel_and_asks_nothing_of_the_network(
    made: dict[str, bytes], chromium: Path, tmp_path: Path
) -> None:
    page_file = tmp_path / "figure.html"
    page_file.write_bytes(made["html"])
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(page_file.as_uri())
        page.wait_for_selector(".js-plotly-plot .main-svg")
        assert page.locator(".js-plotly-plot").count() == 4
        browser.close()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []


def test_a_dark_figure_has_dark_paper(chromium: Path, panels: PanelSet) -> None:
    one = PanelSet("dark", panels.panels[1:2])
    png = composed(one, PaperSettings(width_mm=60, dpi=72, theme="dark"), ["png"])["png"]
    image = Image.open(io.BytesIO(png)).convert("RGB")
    assert image.getpixel((1, 1)) == (14, 17, 23)


def test_a_grey_figure_has_no_colour(chromium: Path, panels: PanelSet) -> None:
    grey = composed(panels, PaperSettings(dpi=72, theme="grey"), ["png"])["png"]
    image = Image.open(io.BytesIO(grey)).convert("RGB")
    colours = image.getcolors(maxcolors=10**6)
    assert colours is not None
    assert max(max(one) - min(one) for _, one in colours if isinstance(one, tuple)) <= 8
