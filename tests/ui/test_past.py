"""Undo, redo and reset: what is remembered of a session, and what the buttons do on a page."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from tomclip.ui.view_state.past import MOST_STEPS, SETTLING, Past

CHANGES = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), max_size=30)
ALL = frozenset("abc")


def play(changes: list[tuple[str, int]]) -> tuple[Past, dict[str, Any], list[dict[str, Any]]]:
    """Returns the past of these changes, the values they lead to, and those on the way."""
    past, values, trail = Past(), dict.fromkeys("abc"), []
    for at, (name, value) in enumerate(changes):
        if values[name] != value:
            trail.append(dict(values))
        past.note({name: values[name]}, {name: value}, at)
        values[name] = value
    return past, values, trail


@given(CHANGES)
def test_undo_goes_back_the_whole_way_and_redo_forth_again(changes: list[tuple[str, int]]) -> None:
    past, values, trail = play(changes)
    last = dict(values)
    for before in reversed(trail):
        values |= past.undo(ALL)
        assert values == before
    assert past.last_done(ALL) is None
    for _ in trail:
        values |= past.redo(ALL)
    assert values == last
    assert past.last_undone(ALL) is None


@given(CHANGES)
def test_a_page_takes_back_its_own_choices_alone(changes: list[tuple[str, int]]) -> None:
    past, values, _ = play(changes)
    others = {name: values[name] for name in "bc"}
    while past.last_done("a"):
        values |= past.undo("a")
    assert values == {"a": None, **others}


def test_a_slider_that_is_dragged_is_one_step() -> None:
    past = Past()
    for at, (before, after) in enumerate([(None, 100), (100, 200), (200, 300)]):
        past.note({"points": before}, {"points": after}, at, settles=True)
    past.note({"points": 300}, {"points": 400}, 3 + SETTLING, settles=True)
    assert past.undo({"points"}) == {"points": 300}
    assert past.undo({"points"}) == {"points": None}


def test_a_slider_that_comes_back_is_no_step() -> None:
    past = Past()
    past.note({"points": 100}, {"points": 200}, 0, settles=True)
    past.note({"points": 200}, {"points": 100}, 1, settles=True)
    assert past.last_done({"points"}) is None


def test_quick_changes_of_other_widgets_are_steps_of_their_own() -> None:
    past = Past()
    past.note({"view": "a"}, {"view": "b"}, 0)
    past.note({"view": "b"}, {"view": "c"}, 0.1)
    assert past.undo({"view"}) == {"view": "b"}


def test_a_new_change_forgets_what_was_taken_back() -> None:
    past, _, _ = play([("a", 1), ("a", 2)])
    past.undo(ALL)
    past.note({"b": None}, {"b": 1}, 9)
    assert past.last_undone(ALL) is None


def test_the_oldest_steps_are_forgotten() -> None:
    past, _, _ = play([("a", value) for value in range(MOST_STEPS + 10)])
    assert len(past.done) == MOST_STEPS
    assert past.done[0].before == {"a": 9}


def test_nothing_is_taken_back_where_nothing_was_changed() -> None:
    assert Past().undo(ALL) == Past().redo(ALL) == {}


def page() -> None:
    """A page with a row of options, a slider and a list, and the tools at its head."""
    import streamlit as st

    from tomclip.ui import view_state
    from tomclip.ui.header import show_changes
    from tomclip.ui.parts import controls
    from tomclip.ui.view_state.choices import POINTS

    place = st.session_state.get("page", "topology")
    view_state.begin_run(place)
    show_changes(place)
    controls.metric_picker()
    if place == "topology":
        controls.number_slider("Points", POINTS, 20, 600)
    view_state.write_address()


def press(studio: AppTest, name: str) -> None:
    studio.button(key=f"changes:{name}").click().run()
    assert not studio.exception


def shown(studio: AppTest) -> tuple[Any, Any]:
    return studio.segmented_control[0].value, studio.slider[0].value


@pytest.fixture
def studio() -> AppTest:
    return AppTest.from_function(page).run()


def test_changes_are_taken_back_one_by_one_and_the_address_follows(studio: AppTest) -> None:
    assert studio.button(key="changes:undo").disabled
    studio.segmented_control[0].set_value("euclidean").run()
    studio.slider[0].set_value(400).run()
    assert "points, to its default" in studio.button(key="changes:undo").help
    press(studio, "undo")
    assert shown(studio) == ("euclidean", 300)
    assert studio.query_params["points"] == "300"
    press(studio, "undo")
    assert shown(studio) == ("cosine", 300)
    assert studio.query_params["metric"] == "cosine"
    assert studio.button(key="changes:undo").disabled
    press(studio, "redo")
    press(studio, "redo")
    assert shown(studio) == ("euclidean", 400)
    assert not [one for one in studio.button if one.key == "changes:redo"]


def test_reset_is_one_step_and_can_be_taken_back(studio: AppTest) -> None:
    assert studio.button(key="changes:reset").disabled
    studio.segmented_control[0].set_value("euclidean").run()
    studio.slider[0].set_value(400).run()
    assert "metric, points" in studio.button(key="changes:reset").help
    press(studio, "reset")
    assert shown(studio) == ("cosine", 300)
    assert studio.button(key="changes:reset").disabled
    assert studio.button(key="changes:undo").help == "Undo: 2 choices"
    press(studio, "undo")
    assert shown(studio) == ("euclidean", 400)


def test_what_a_link_chose_is_reset_too() -> None:
    studio = AppTest.from_function(page)
    studio.query_params["metric"] = "euclidean"
    studio.run()
    assert shown(studio) == ("euclidean", 300)
    press(studio, "reset")
    assert shown(studio) == ("cosine", 300)
    assert studio.query_params["metric"] == "cosine"
    press(studio, "undo")
    assert shown(studio) == ("euclidean", 300)


def test_a_page_offers_no_change_of_another_page(studio: AppTest) -> None:
    studio.slider[0].set_value(400).run()
    studio.session_state["page"] = "compare"
    studio.run()
    assert studio.button(key="changes:undo").disabled
    studio.segmented_control[0].set_value("euclidean").run()
    press(studio, "reset")
    studio.session_state["page"] = "topology"
    studio.run()
    assert shown(studio) == ("cosine", 400)
    press(studio, "undo")
    assert shown(studio) == ("euclidean", 400)
