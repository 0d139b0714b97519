"""Titles in lines that fit, and the same titles as plain text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.figure_samples import CONTEXT, FIGURES

from tomclip.export.images import for_paper
from tomclip.figures import FigureContext, empty_figure
from tomclip.figures.style.context import literal, text_width
from tomclip.figures.style.head import NARROW, SIDE, TITLE_SIZE, fit_head, plain, spoken

LONG_TITLE = "Wasserstein distance of every language to the teacher's English while training"
LONG = replace(CONTEXT, title=LONG_TITLE, note="landmarks, all within 0.12 of one")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("a<br>b", "a b"),
        ("β<sub>0</sub> (number of <b>components</b>)", "β0 (number of components)"),
        ("A &lt; B &amp; C", "A < B & C"),
        ("photo of a &lt;br&gt;", "photo of a <br>"),
        ("1 < 2", "1 < 2"),
        (None, ""),
    ],
)
def test_markup_becomes_plain_text_in_one_line(markup: str | None, text: str) -> None:
    assert plain(markup) == text


@given(st.text(alphabet="ab<>&/ br;1", max_size=30))
def test_whatever_a_person_wrote_comes_back_from_its_markup(text: str) -> None:
    assert plain(literal(text)) == text


def test_a_long_title_has_lines_that_fit_a_telephone_and_the_figure_grows() -> None:
    long, short = FIGURES["betti"](LONG), FIGURES["betti"](CONTEXT)
    lines = long.layout.title.text.split("<br>")
    assert len(lines) > 1
    assert max(text_width(line, TITLE_SIZE) for line in lines) <= NARROW - 2 * SIDE
    assert plain(long.layout.title.text) == LONG_TITLE
    grown = long.layout.height - short.layout.height
    assert grown == long.layout.margin.t - short.layout.margin.t > 0


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        (
            "What a distance threshold keeps and loses",
            ["What a distance threshold keeps", "and loses"],
        ),
        (
            "ToMCLIP (exact) minus MCLIP: zero-shot top-1",
            ["ToMCLIP (exact) minus MCLIP:", "zero-shot top-1"],
        ),
    ],
)
def test_no_word_of_a_title_is_left_over_for_a_last_line(title: str, lines: list[str]) -> None:
    figure = FIGURES["betti"](replace(CONTEXT, title=title))
    assert figure.layout.title.text.split("<br>") == lines


def test_a_figure_is_spoken_without_markup() -> None:
    text = spoken(FIGURES["betti"](LONG))
    assert text == (
        f"{LONG_TITLE}. MCLIP, ToMCLIP exact · cosine · 300 concepts · "
        "landmarks, all within 0.12 of one"
    )
    assert spoken(empty_figure("Nothing.", FigureContext(metric=""), title="Barcode")) == "Barcode"


def test_an_image_breaks_its_titles_for_its_own_width() -> None:
    figure = FIGURES["shape"](LONG)
    wide = for_paper(figure, width=1_200)
    assert "<br>" not in wide.layout.title.text + wide.layout.title.subtitle.text
    assert "<br>" not in wide.layout.xaxis.title.text
    assert wide.layout.height < figure.layout.height
    assert "<br>" in figure.layout.xaxis.title.text


def test_a_head_that_is_fitted_back_is_as_before() -> None:
    figure = FIGURES["trade_off"](LONG)
    before = figure.to_dict()
    fit_head(figure, 1_200)
    assert figure.layout.height < before["layout"]["height"]
    fit_head(figure, NARROW)
    assert figure.to_dict()["layout"] == before["layout"]
