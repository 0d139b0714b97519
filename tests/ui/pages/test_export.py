"""The Export page: figures come from other pages, are arranged, and leave as files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from support.studio_pages import open_page, sentences, settled

from tomclip.core.paths import figure_sets_directory
from tomclip.export.lines import Cloud, barcode_lines
from tomclip.export.sets import SUFFIX, open_set, set_names
from tomclip.figures import FigureContext

PAGE = "12_export"


@pytest.fixture(autouse=True)
def own_sets(runs: Path) -> Path:
    return runs


def button(studio: AppTest, key: str) -> Any:
    return next(one for one in studio.button if one.key == key)


def downloads(studio: AppTest) -> list[str]:
    found: list[Any] = list(studio.get("download_button"))
    return [one.label for one in found]


def titles(name: str = "figures") -> list[str]:
    return [one.title for one in open_set(name).panels]


def with_two_panels() -> AppTest:
    """Returns the Export page after a barcode and Betti curves were added on Topology."""
    for view, figure in (("barcode", "topology/barcode"), ("curves", "topology/betti")):
        studio = open_page("3_topology", view=view, language="ko", subset="all", points="40")
        settled(button(studio, f"add:{figure}").click().run())
    studio.switch_page(f"pages/{PAGE}.py")
    return settled(studio.run())


def test_an_empty_set_says_where_figures_come_from() -> None:
    studio = open_page(PAGE)
    assert "The set **figures** has no panels yet" in sentences(studio)[0]
    assert button(studio, "example_set").label == "Try an example set"
    assert set_names() == ()


def test_the_button_below_a_figure_adds_it_as_it_is_shown() -> None:
    studio = open_page("3_topology", view="barcode", language="ko", subset="all", points="40")
    add = button(studio, "add:topology/barcode")
    assert add.label == "Add to export"
    settled(add.click().run())
    assert button(studio, "add:topology/barcode").label == "Add to export · 1"
    assert "which holds 1 panel." in studio.toast[0].value
    (panel,) = open_set("figures").panels
    assert panel.title == "Barcode · Korean"
    choices = panel.facts["choices"]
    assert (choices["subset"], choices["points"], choices["seed"]) == ("all", "40", 0)
    assert panel.facts["figure"]["n_points"] == 40
    head = FigureContext(
        {"tomclip_exact": "ToMCLIP exact"}, points="of 60 concepts", languages={"ko": "Korean"}
    )
    cloud = Cloud("tomclip_exact", head, ("ko",), subset="all", max_points=40)
    assert panel.lines == barcode_lines(cloud, language="ko", top=25)


def test_the_lines_of_a_panel_give_the_numbers_that_were_shown() -> None:
    studio = open_page("3_topology", view="barcode", language="ko", subset="all", points="40")
    settled(button(studio, "add:topology/barcode").click().run())
    (panel,) = open_set("figures").panels
    names: dict[str, Any] = {}
    exec(compile(panel.lines, "lines", "exec"), names)
    shown = panel.rows()
    assert list(shown["birth"]) == pytest.approx(list(names["table"]["birth"]))
    assert list(shown["homology_dimension"]) == list(names["table"]["homology_dimension"])


def test_panels_are_moved_retitled_removed_and_brought_back(chromium: Path) -> None:
    studio = with_two_panels()
    assert titles() == ["Barcode · Korean", "Betti curves, H0"]
    first, second = (one.id for one in open_set("figures").panels)
    settled(button(studio, f"small_later_{first}").click().run())
    assert titles() == ["Betti curves, H0", "Barcode · Korean"]
    field = next(one for one in studio.text_input if one.key == f"panel_title:{second}")
    settled(field.set_value("Curves").run())
    assert titles() == ["Curves", "Barcode · Korean"]
    settled(button(studio, f"small_remove_{second}").click().run())
    assert titles() == ["Barcode · Korean"]
    settled(button(studio, "undo_remove").click().run())
    assert titles() == ["Curves", "Barcode · Korean"]
    assert not studio.error


def test_settings_are_kept_and_the_files_are_made(chromium: Path) -> None:
    studio = with_two_panels()
    theme = next(one for one in studio.segmented_control if one.key == "export:figures:theme")
    settled(theme.set_value("grey").run())
    assert open_set("figures").settings["theme"] == "grey"
    settled(button(studio, "make_files").click().run())
    names = downloads(studio)
    assert "All, with numbers, JSON and Python lines" in names
    assert {"SVG, live text", "PDF, fonts inside", "PNG"} <= set(names)
    assert any("In print 183 x" in one.value for one in studio.caption)


def test_without_a_browser_the_page_with_zoom_is_offered(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "nothing"))
    studio = with_two_panels()
    assert "plotly_get_chrome" in sentences(studio)[0]
    settled(button(studio, "make_files").click().run())
    assert "HTML, with zoom" in downloads(studio)
    assert not studio.error


def test_a_set_is_begun_renamed_and_deleted_after_asking() -> None:
    studio = with_two_panels()
    field = next(one for one in studio.text_input if one.key == "new_set_name:figures")
    field.set_value("mine").run()
    settled(button(studio, "rename_set").click().run())
    assert set_names() == ("mine",)
    assert button(studio, "delete_set").disabled
    next(one for one in studio.checkbox if one.key == "sure_set:mine").check().run()
    settled(button(studio, "delete_set").click().run())
    assert set_names() == ()
    assert "has no panels yet" in sentences(studio)[0]


def test_a_damaged_set_is_one_sentence_and_can_be_deleted() -> None:
    figure_sets_directory().mkdir(parents=True)
    (figure_sets_directory() / f"figures{SUFFIX}").write_bytes(b"no set")
    studio = open_page(PAGE)
    assert [error.value for error in studio.error] == [
        "figures.figures is no set of figures or is damaged (BadZipFile); choose another, or "
        "delete it and add its figures anew."
    ]
    next(one for one in studio.checkbox if one.key == "sure_set:figures").check().run()
    settled(button(studio, "delete_set").click().run())
    assert set_names() == ()


def test_the_example_has_figures_numbers_and_lines() -> None:
    studio = open_page(PAGE)
    settled(button(studio, "example_set").click().run())
    settled(studio.run())
    found = open_set("example")
    assert [one.key for one in found.panels] == [
        "compare/difference",
        "topology/diagram",
        "topology/betti",
        "topology/barcode",
    ]
    assert all(one.lines and len(one.rows()) for one in found.panels)
    assert not studio.error


def test_a_link_opens_a_set_and_refuses_what_there_is_not() -> None:
    with_two_panels()
    studio = open_page(PAGE, set="figures")
    assert not studio.warning
    studio = open_page(PAGE, set="nowhere")
    assert "The link asks for set 'nowhere'" in studio.warning[0].value
