"""The tour: every step on its page with its view, leaving it anywhere, links and wandering off."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from support.studio_pages import figures, open_page, settled, titles

from tomclip import geometry
from tomclip.geometry import project
from tomclip.ui.tour import steps as of_tour
from tomclip.ui.tour.steps import STEPS, steps


@pytest.fixture(autouse=True)
def principal_components(monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts principal components in place of UMAP, which is slow to compile."""
    monkeypatch.setattr(
        geometry, "project", lambda *args, **options: project(*args, **{**options, "method": "pca"})
    )


def press(studio: AppTest, name: str) -> AppTest:
    """Returns the page after a press on a button of the tour, which may lead to another page."""
    studio._page_hash = ""  # else the runner goes back to where `switch_page` led it
    return settled(studio.button(key=f"tour:{name}").click().run())


def bar(studio: AppTest) -> str:
    """Returns what the bar says; "" outside the tour."""
    return next((one.value for one in studio.markdown if "Tour · step" in one.value), "")


def test_every_step_opens_its_page_with_its_view_and_the_end_is_remembered() -> None:
    studio = press(open_page("1_overview"), "overview")
    shown = list(steps().values())
    for number, step in enumerate(shown, start=1):
        assert f"step {number} of {len(shown)}" in bar(studio)
        assert step.look in bar(studio)
        assert not studio.error
        assert not studio.warning
        address = studio.query_params
        assert address["tour"] == step.name
        for choice, value in step.view:
            assert address[choice.name] == choice.written(value), (step.name, choice.name)
        assert studio.button(key="tour:back").disabled == (number == 1)
        if number < len(shown):
            studio = press(studio, "next")
    studio = press(studio, "done")
    assert bar(studio) == ""
    assert "tour" not in studio.query_params
    assert "again" in studio.button(key="tour:sidebar").help


def test_leaving_gives_back_what_was_chosen_before() -> None:
    chosen = {"view": "barcode", "metric": "euclidean", "subset": "all", "points": "40"}
    studio = open_page("3_topology", **chosen)
    studio = press(studio, "sidebar")
    for _ in range(2):
        studio = press(studio, "next")
    assert titles(studio) == ["Persistence diagrams"]
    assert figures(studio)[0]["layout"]["meta"]["metric"] == "cosine"
    assert studio.query_params["points"] != "40"
    studio = press(studio, "leave")
    assert bar(studio) == ""
    assert {name: studio.query_params[name] for name in chosen} == chosen
    assert titles(studio)[0].startswith("Barcode")
    assert "again" not in studio.button(key="tour:sidebar").help


def test_what_is_changed_on_the_way_stays() -> None:
    studio = press(open_page("3_topology", metric="euclidean", subset="all"), "sidebar")
    for _ in range(2):
        studio = press(studio, "next")
    studio = settled(studio.segmented_control(key="choice:subset").set_value("seen").run())
    assert "step 3" in bar(studio)
    studio = press(studio, "leave")
    assert studio.query_params["subset"] == "seen"
    assert studio.query_params["metric"] == "euclidean"


def test_back_shows_the_step_before_as_it_was() -> None:
    studio = press(open_page("1_overview"), "sidebar")
    for _ in range(3):
        studio = press(studio, "next")
    assert studio.query_params["view"] == "loops"
    studio = press(studio, "back")
    assert (studio.query_params["tour"], studio.query_params["view"]) == ("diagram", "diagram")


def test_a_person_who_wanders_off_can_come_back() -> None:
    studio = press(open_page("1_overview"), "sidebar")
    studio = press(studio, "next")
    studio.switch_page("pages/9_encoders.py")
    studio = settled(studio.run())
    assert "step 2" in bar(studio)
    assert "is on another page" in bar(studio)
    studio = press(studio, "return")
    assert studio.title[0].value == "Embeddings"
    assert studio.query_params["beside"] == "tomclip_exact"
    studio.switch_page("pages/9_encoders.py")
    studio = press(settled(studio.run()), "leave")
    assert bar(studio) == ""
    studio.switch_page("pages/2_embeddings.py")
    assert settled(studio.run()).query_params["beside"] == ""


def test_a_link_opens_the_tour_at_its_step_and_what_it_says_wins() -> None:
    studio = open_page("3_topology", tour="loops", loops_in="de")
    assert "step 4" in bar(studio)
    assert not studio.warning
    assert (studio.query_params["view"], studio.query_params["loops_in"]) == ("loops", "de")
    studio = press(studio, "leave")
    assert studio.query_params["view"] == "diagram"


def test_a_link_to_no_step_says_so() -> None:
    studio = open_page("1_overview", tour="nowhere")
    (warning,) = studio.warning
    assert "'nowhere', which is not offered here" in warning.value


def test_reset_and_undo_leave_the_tour_alone() -> None:
    studio = open_page("3_topology", tour="diagram")
    assert not studio.button(key="changes:reset").disabled
    studio = settled(studio.button(key="changes:reset").click().run())
    assert "step 3" in bar(studio)


def test_steps_without_a_page_are_left_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for step in STEPS[::2]:
        (tmp_path / step.script).parent.mkdir(exist_ok=True)
        (tmp_path / step.script).touch()
    monkeypatch.setattr(of_tour, "project_directory", lambda: tmp_path)
    shown = [step.name for step in STEPS if (tmp_path / step.script).exists()]
    assert list(steps()) == shown
    assert len(shown) < len(STEPS)
