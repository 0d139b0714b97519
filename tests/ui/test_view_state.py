"""Choices: what each kind accepts, and that an address says again what was chosen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from tomclip.ui.view_state import choice_key, download_key, figure_key
from tomclip.ui.view_state.choices import every_choice
from tomclip.ui.view_state.kinds import (
    Choice,
    MarkChoice,
    NumberChoice,
    SeveralChoice,
    TextChoice,
    ToggleChoice,
)

PAGES = ("topology",)
ONE = Choice("view", PAGES, {"a": "A", "b": "B"}, ("b",))
SEVERAL = SeveralChoice("languages", PAGES, ("en", "ko", "ja"), at_first=2)
WHOLE = NumberChoice("points", PAGES, 20, 600, 300)
REAL = NumberChoice("tau", PAGES, 0, 10, 1, whole=False)
TOGGLE = ToggleChoice("voids", PAGES)
MARK = MarkChoice("bar", PAGES, (0, 1, 2))
WORDS = st.text(min_size=1)


@given(st.lists(WORDS, min_size=1, unique=True), st.data())
def test_one_value_is_read_as_it_was_written(offered: list[str], data: st.DataObject) -> None:
    value = data.draw(st.sampled_from(offered))
    assert ONE.read(ONE.written(value), offered).value == value


@given(st.lists(WORDS, min_size=1, unique=True))
def test_several_values_are_read_as_they_were_written(values: list[str]) -> None:
    reading = SEVERAL.read(SEVERAL.written(values), values, len(values))
    assert (reading.value, reading.refusal) == (tuple(values), "")


@given(st.lists(st.tuples(WORDS, st.text(), st.text()), min_size=1, unique=True))
def test_marks_are_read_as_they_were_written(marks: list[tuple[str, str, str]]) -> None:
    reading = MARK.read(MARK.written(marks), marks)
    assert (reading.value, reading.refusal) == (tuple(marks), "")


@given(st.integers(20, 600), st.floats(0, 10), st.booleans(), st.text())
def test_numbers_toggles_and_texts_are_read_as_they_were_written(
    whole: int, real: float, on: bool, text: str
) -> None:
    assert WHOLE.read(WHOLE.written(whole), 20, 600).value == whole
    found = REAL.read(REAL.written(real), 0, 10).value
    assert found == pytest.approx(real, rel=1e-5)
    assert TOGGLE.read(TOGGLE.written(on)).value is on
    assert TextChoice("query", PAGES).read(text).value == text


@given(st.text(), st.integers(20, 600))
def test_no_text_of_an_address_is_an_error(text: str, high: int) -> None:
    readings = [
        ONE.read(text, ONE.titles),
        SEVERAL.read(text, ["en", "ko"], 1),
        WHOLE.read(text, 20, high),
        REAL.read(text, 0, 1),
        TOGGLE.read(text),
        MARK.read(text, [("ko", "1", "2")]),
    ]
    assert all(one.value is not None or one.refusal or not text.strip(",") for one in readings)


@pytest.mark.parametrize("text", ["abc", "99999999", "-4", "1e2", "", "nan"])
def test_what_is_no_number_of_the_range_is_refused_with_the_range(text: str) -> None:
    reading = WHOLE.read(text, 20, 295)
    assert reading.value is None
    assert reading.refusal == f"'{text}', which is no whole number from 20 to 295"


@pytest.mark.parametrize("text", ["inf", "nan", "1e9", "x"])
def test_a_threshold_is_a_finite_number_of_its_range(text: str) -> None:
    assert REAL.read(text, 0, 2).value is None


def test_too_many_values_are_all_kept_and_said_to_be_too_many() -> None:
    codes = [f"l{number}" for number in range(13)]
    reading = SEVERAL.read(",".join(codes), codes, 6)
    assert reading.value == tuple(codes)
    assert "13 values, where this page shows at most 6" in reading.refusal


def test_unknown_and_too_many_values_are_both_said() -> None:
    reading = SEVERAL.read("a,b,c,x", ["a", "b", "c"], 2)
    assert reading.value == ("a", "b", "c")
    assert reading.refusal == (
        "'x', which is not offered here, and with 3 values, where this page shows at most 2"
    )


def test_unknown_values_are_named_and_the_others_kept() -> None:
    reading = SEVERAL.read("en,xx,ko", ["en", "ko"], 6)
    assert reading.value == ("en", "ko")
    assert "'xx'" in reading.refusal


def test_a_page_shows_the_nearest_of_what_it_offers_and_the_default_before_any_choice() -> None:
    assert ONE.narrowed(None, ["a", "b"]) == "b"
    assert ONE.narrowed("z", ["a"]) == "a"
    assert SEVERAL.narrowed(None, ["en", "ko", "ja"], 6) == ("en", "ko")
    assert SEVERAL.narrowed(("ja", "ko", "en"), ["en", "ko", "ja"], 2) == ("ja", "ko")
    assert SEVERAL.narrowed((), ["en"], 6) == ()
    assert SEVERAL.narrowed(("gone",), ["en", "ko"], 6) == ("en", "ko")
    assert WHOLE.narrowed(500, 20, 295) == 295
    assert WHOLE.narrowed(None, 20, 600) == 300
    assert MARK.narrowed([("ko", "1", "2")], []) == ()


def test_keys_of_choices_figures_and_downloads_cannot_be_the_same() -> None:
    keys = [
        key
        for name, choice in every_choice().items()
        for key in (choice_key(choice), figure_key(name), download_key(name, "svg"))
    ]
    assert len(set(keys)) == len(keys) == 3 * len(every_choice())


def test_every_choice_has_a_page_and_only_defaults_that_it_offers() -> None:
    for choice in every_choice().values():
        assert choice.pages
        if isinstance(choice, Choice) and choice.titles:
            assert set(choice.default) <= set(choice.titles)


def two_pages() -> None:
    """Two pages in one script: the second one offers two languages fewer."""
    import streamlit as st

    from tomclip.ui import view_state
    from tomclip.ui.view_state.choices import LANGUAGES, POINTS

    page = st.session_state.get("page", "embeddings")
    view_state.begin_run(page)
    offered = ["en", "ko", "ja", "de", "fr"][: 5 if page == "embeddings" else 3]
    view_state.several_of(LANGUAGES, offered, len(offered))
    st.multiselect("Languages", offered, key="choice:languages")
    if page == "topology":
        view_state.number_of(POINTS, 20, 295)
    view_state.write_address()


def go(studio: AppTest, page: str) -> tuple[str, ...]:
    """Returns the languages that a page shows."""
    studio.session_state["page"] = page
    studio.run()
    assert not studio.exception
    return tuple(studio.multiselect[0].value)


def test_a_narrower_page_leaves_the_choice_of_the_session_as_it_is() -> None:
    studio = AppTest.from_function(two_pages)
    studio.query_params["languages"] = "fr,de,ko"
    assert go(studio, "embeddings") == ("fr", "de", "ko")
    assert go(studio, "topology") == ("ko",)
    assert studio.query_params["languages"] == "ko"
    assert go(studio, "embeddings") == ("fr", "de", "ko")


def test_an_address_holds_what_its_page_shows_and_nothing_of_another_page() -> None:
    studio = AppTest.from_function(two_pages)
    go(studio, "topology")
    assert set(studio.query_params) == {"languages", "points"}
    go(studio, "embeddings")
    assert set(studio.query_params) == {"languages"}


@pytest.mark.parametrize("points", ["abc", "99999999"])
def test_a_link_that_cannot_be_shown_says_so_in_one_sentence_and_what_is_shown(points: str) -> None:
    studio = AppTest.from_function(two_pages)
    studio.query_params["points"] = points
    go(studio, "topology")
    assert [warning.value for warning in studio.warning] == [
        f"The link asks for points '{points}', which is no whole number from 20 to 295. Shown: 295."
    ]
    assert studio.query_params["points"] == "295"
    go(studio, "topology")
    assert len(studio.warning) == 1, "the sentence stays until something is changed"
    go(studio, "embeddings")
    assert not studio.warning


def test_a_parameter_that_the_page_has_not_is_named() -> None:
    studio = AppTest.from_function(two_pages)
    studio.query_params["colour_scheme"] = "dark"
    studio.query_params["points"] = "100"
    go(studio, "embeddings")
    (warning,) = studio.warning
    assert "'colour_scheme'" in warning.value
    assert "'points'" in warning.value


def test_an_address_may_name_a_language_by_any_of_its_tags() -> None:
    offered = ("en", "ko", "zh")
    one, several = every_choice()["language"], every_choice()["languages"]
    assert isinstance(one, Choice)
    assert isinstance(several, SeveralChoice)
    assert one.read("zh-CN", offered).value == "zh"
    reading = several.read("ko-KR,zh_Hans,EN", offered, 3)
    assert (reading.value, reading.refusal) == (("ko", "zh", "en"), "")
    assert "'jp', which is not offered here" in several.read("jp,ko", offered, 3).refusal
