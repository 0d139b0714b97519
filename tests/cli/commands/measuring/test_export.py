"""`tomclip export`: sets are listed, and composed as the page last arranged them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader
from support.command_line import refuse, succeed
from support.figure_samples import CONTEXT, FIGURES, score_rows

from tomclip.export.sets import PanelSet, panel_of, save_set


@pytest.fixture(autouse=True)
def saved(runs: Path) -> PanelSet:
    table = score_rows(["mclip"])
    panels = [
        panel_of(FIGURES[name](CONTEXT), key=f"topology/{name}", table=table, lines="x = 1\n")
        for name in ("betti", "diagram")
    ]
    return save_set(PanelSet("mine", tuple(panels), {"theme": "print", "columns": 1}))


def test_without_a_set_the_sets_are_listed() -> None:
    assert "mine" in succeed("export")
    assert json.loads(succeed("export", "--json")) == [{"name": "mine", "panels": 2}]


def test_a_set_is_composed_with_its_settings_and_those_that_are_given(
    chromium: Path, tmp_path: Path
) -> None:
    arguments = ("mine", "--output", tmp_path / "new", "--formats", "pdf,png,zip")
    printed = succeed("export", *arguments, "--width-mm", 90, "--dpi", 100)
    stem = "mine_2_panels_90mm_print"
    assert printed.split() == [str(tmp_path / "new" / f"{stem}.{e}") for e in ("pdf", "png", "zip")]
    (page,) = PdfReader(tmp_path / "new" / f"{stem}.pdf").pages
    assert float(page.mediabox.width) / 72 * 25.4 == pytest.approx(90, abs=0.01)
    with Image.open(tmp_path / "new" / f"{stem}.png") as image:
        assert image.width == round(90 / 25.4 * 100)
    with zipfile.ZipFile(tmp_path / "new" / f"{stem}.zip") as archive:
        record = json.loads(archive.read(f"{stem}/figure.json"))
        assert f"{stem}/b_topology_diagram.py" in archive.namelist()
    assert (record["settings"]["columns"], record["settings"]["theme"]) == (1, "print")
    assert "add --force" in refuse("export", *arguments, "--width-mm", 90)


def test_a_venue_gives_the_width(tmp_path: Path) -> None:
    arguments = ("mine", "--output", tmp_path, "--formats", "html", "--venue", "acl")
    assert "mine_2_panels_77mm" in succeed("export", *arguments)
    assert "mine_2_panels_160mm" in succeed("export", *arguments, "--double")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nowhere",), "there is no set of figures 'nowhere' (there are: mine)"),
        (("mine", "--formats", "eps"), "formats is 'eps'; use svg, pdf"),
        (("mine", "--formats", ","), "formats is ','"),
        (("mine", "--double"), "name it by --venue"),
        (("mine", "--venue", "acl", "--width-mm", "80"), "both came"),
        (("mine", "--venue", "somewhere"), "venue is 'somewhere'"),
        (("mine", "--columns", "9"), "columns is 9; use 1 to 6"),
        (("mine", "--theme", "sepia"), "theme is 'sepia'"),
    ],
)
def test_what_cannot_be_is_refused(
    arguments: tuple[str, ...], sentence: str, tmp_path: Path
) -> None:
    assert sentence in refuse("export", *arguments, "--output", tmp_path)
    assert list(tmp_path.glob("*.*")) == []


def test_without_a_browser_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "nothing"))
    sentence = refuse("export", "mine", "--output", tmp_path / "out")
    assert "plotly_get_chrome" in sentence
    assert not (tmp_path / "out").exists()
