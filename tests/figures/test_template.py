"""Colours, context, wrapped subtitles, labels that keep apart."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import numpy as np
import plotly.io
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.drawn import contrast, luminance
from support.figure_samples import score_rows

from tomclip.core.errors import InputError
from tomclip.core.languages import LANGUAGES
from tomclip.figures import (
    FigureContext,
    accuracy_figure,
    empty_figure,
    encoder_style,
    language_style,
    restyled,
)
from tomclip.figures.style.axes import nice_ticks, series_to_show, spread
from tomclip.figures.style.context import shortened, text_width, wrapped, wrapped_words
from tomclip.figures.style.palette import (
    DARK,
    ENCODER_STYLE,
    HUES,
    LANGUAGE_STYLE,
    LIGHT,
    PALETTES,
    SeriesStyle,
)
from tomclip.figures.style.template import register_templates

words = st.text(alphabet="abcdefgh ", min_size=1, max_size=30)


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("name", [*HUES, "reference"])
def test_every_mark_has_a_contrast_of_three_to_one(theme: str, name: str) -> None:
    palette = PALETTES[theme]  # type: ignore[index]
    assert contrast(palette[name], palette["paper"]) >= 3


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("name", ["ink", "muted"])
def test_every_text_has_a_contrast_of_four_and_a_half_to_one(theme: str, name: str) -> None:
    palette = PALETTES[theme]  # type: ignore[index]
    assert contrast(palette[name], palette["paper"]) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_no_two_names_share_a_colour_so_that_themes_can_be_swapped(palette: dict[str, str]) -> None:
    assert len(set(palette.values())) == len(palette)
    assert palette.keys() == LIGHT.keys()


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_no_colour_is_one_that_streamlit_repaints(palette: dict[str, str]) -> None:
    assert [colour for colour in palette.values() if colour.startswith("#0000")] == []


def test_the_ramps_run_evenly_away_from_the_ground() -> None:
    for palette, direction in ((LIGHT, -1), (DARK, 1)):
        ramp = [luminance(palette[f"ramp_{step}"]) for step in range(8)]
        assert all(direction * (b - a) > 0 for a, b in pairwise(ramp))


def test_thirteen_languages_differ_by_colour_and_dash_and_by_colour_and_symbol() -> None:
    styles = [language_style(code) for code in LANGUAGES]
    assert set(LANGUAGE_STYLE) == set(LANGUAGES)
    assert len({(style.colour, style.dash) for style in styles}) == 13
    assert len({(style.colour, style.symbol) for style in styles}) == 13


def test_known_encoders_have_their_own_colour() -> None:
    names = ("emoji-teacher", "mclip", "tomclip", "tomclip_exact", "anchored")
    assert [encoder_style(name).colour for name in names] == [
        LIGHT["muted"],
        LIGHT["orange"],
        LIGHT["blue"],
        LIGHT["green"],
        LIGHT["purple"],
    ]


RUNS = [f"run:20261128-emoji-{number:06x}" for number in range(400)]


def oklab(colour: str) -> np.ndarray:
    """Returns lightness, a and b of Ottosson's Oklab, where .02 is just noticed."""
    parts = np.array([int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    cones = [[0.41222, 0.53633, 0.05145], [0.2119, 0.6807, 0.1074], [0.0883, 0.28172, 0.62998]]
    axes = [[0.21045, 0.79362, -0.00407], [1.978, -2.42859, 0.45059], [0.0259, 0.78277, -0.80868]]
    return np.array(axes) @ np.cbrt(np.array(cones) @ linear)


@pytest.mark.parametrize("theme", PALETTES)
def test_no_run_ever_gets_the_colour_of_a_shipped_encoder(theme: str) -> None:
    palette = PALETTES[theme]  # type: ignore[index]
    shipped = [oklab(palette[hue]) for hue in ("muted", "orange", "blue", "green")]
    for name in RUNS:
        own = oklab(encoder_style(name).colour)
        assert min(np.linalg.norm(own - other) for other in shipped) > 0.06


@pytest.mark.parametrize("theme", PALETTES)
def test_a_run_s_colour_is_readable_on_both_grounds(theme: str) -> None:
    paper = PALETTES[theme]["paper"]  # type: ignore[index]
    assert min(contrast(encoder_style(name).colour, paper) for name in RUNS) >= 3


def test_four_hundred_runs_differ_and_none_has_a_mark_of_a_shipped_encoder() -> None:
    styles = [encoder_style(name) for name in RUNS]
    assert len(set(styles)) == len(RUNS)
    assert {style.symbol for style in styles}.isdisjoint(
        style.symbol for style in ENCODER_STYLE.values()
    )


def test_an_encoder_s_colour_is_the_same_in_every_session() -> None:
    assert encoder_style("run:20261128-emoji-000001") == SeriesStyle("#509724", "dot", "x")


def test_an_encoder_s_colour_does_not_depend_on_what_else_is_shown() -> None:
    def colours(encoders: list[str]) -> dict[str, str]:
        figure = accuracy_figure(score_rows(encoders), context=FigureContext())
        return {trace.name: trace.marker.color for trace in figure.data}

    alone, among = colours(["run:b"]), colours(["mclip", "run:a", "run:b", "tomclip_exact"])
    assert among["run:b"] == alone["run:b"]
    assert len(set(among.values())) == 4


def test_an_unknown_name_always_gets_the_same_style() -> None:
    assert encoder_style("my run") == encoder_style("my run")
    assert language_style("sw") == language_style("sw")
    assert language_style("sw").colour in LIGHT.values()


def test_a_context_refuses_an_unknown_theme() -> None:
    with pytest.raises(InputError, match="'sepia'"):
        FigureContext(theme="sepia")  # type: ignore[arg-type]


def test_the_subtitle_leaves_out_what_is_unknown() -> None:
    assert FigureContext(metric="", n_points=0).subtitle == ""
    assert (
        FigureContext(encoders={"m": "M"}, n_points=1500).subtitle == "M · cosine · 1,500 concepts"
    )


def test_a_long_subtitle_breaks_into_lines_and_the_figure_grows() -> None:
    context = FigureContext(encoders={"a": "An encoder with a long title"}, note="x" * 60)
    long, short = (empty_figure("Nothing.", c) for c in (context, FigureContext()))
    assert long.layout.title.subtitle.text.count("<br>") == 1
    assert long.layout.height == short.layout.height + 16
    assert long.layout.margin.t > short.layout.margin.t


@given(st.lists(words, max_size=8), st.integers(10, 60))
def test_wrapping_loses_nothing_and_keeps_lines_short(parts: list[str], width: int) -> None:
    lines = wrapped(parts, separator="|", width=width)
    assert "|".join(lines) == "|".join(parts)
    assert all(len(line) <= width or line in parts for line in lines)


def test_apostrophes_stay_and_angle_brackets_are_escaped() -> None:
    figure = empty_figure('une photo d\'un "<chat>"', FigureContext())
    assert figure.layout.annotations[0].text == 'une photo d\'un "&lt;chat&gt;"'


def test_east_asian_letters_count_as_wide() -> None:
    assert text_width("日本", 10) == 20
    assert text_width("ab", 10) == pytest.approx(11.2)


def test_a_text_is_as_wide_however_its_accents_and_syllables_are_stored() -> None:
    for text in ("오래된 증기 기차", "crème brûlée", "Tiếng Việt"):
        apart = unicodedata.normalize("NFD", text)
        assert text_width(apart, 10) == text_width(text, 10)
        assert shortened(apart, 10, 45) == unicodedata.normalize("NFD", shortened(text, 10, 45))
    assert text_width("قِطَّةٌ", 10) == text_width("قطة", 10)


def test_syllables_stored_in_parts_stay_whole_where_a_line_ends() -> None:
    apart = unicodedata.normalize("NFD", "증기기차")
    assert wrapped_words(apart, 10, 20) == [apart[:5], apart[5:]]


@given(
    st.lists(st.floats(0, 100), min_size=1, max_size=10),
    st.floats(0.1, 10),
)
def test_labels_keep_their_gap_their_order_and_their_bounds(
    values: list[float], gap: float
) -> None:
    placed = spread(values, gap, 0.0, 100.0)
    order = np.argsort(values, kind="stable")
    assert (np.diff(placed[order]) >= gap - 1e-9).all()
    assert placed.min() >= -1e-9
    assert placed.max() <= 100 + 1e-9


def test_labels_far_apart_stay_where_they_are() -> None:
    assert spread([50.0, 10.0, 90.0], 5, 0, 100).tolist() == [50, 10, 90]


def test_too_many_labels_are_spaced_evenly_in_their_order() -> None:
    assert spread([2.0, 1.0, 3.0], 10, 0, 10).tolist() == [5, 0, 10]


def test_gaps_of_their_own_keep_labels_apart_from_the_lowest_upwards() -> None:
    assert spread([1.0, 0.0, 2.0], [4, 1], 0, 10).tolist() == [4, 0, 5]
    assert spread([1.0, 0.0, 2.0], [30, 10], 0, 10).tolist() == [7.5, 0, 10]


@given(words, st.floats(20, 200))
def test_a_shortened_text_fits_and_begins_like_the_whole(text: str, width: float) -> None:
    short = shortened(text, 12, width)
    assert text_width(short, 12) <= max(width, 12)
    assert text.startswith(short.removesuffix("…"))
    assert (short == text) is (text_width(text, 12) <= width)


@given(words, st.integers(30, 200))
def test_words_are_wrapped_at_spaces_and_none_is_lost(text: str, width: int) -> None:
    lines = wrapped_words(text, 12, width)
    assert " ".join(lines) == text
    assert all(text_width(line, 12) <= width or " " not in line for line in lines)


def test_east_asian_text_without_spaces_breaks_anywhere() -> None:
    assert wrapped_words("口を閉じた笑顔", 10, 40) == ["口を閉じ", "た笑顔"]
    assert wrapped_words("미소 짓는 얼굴", 10, 60) == ["미소 짓는", "얼굴"]


@given(st.floats(1e-6, 1e6))
def test_ticks_are_round_begin_at_zero_and_stay_below_the_top(top: float) -> None:
    ticks = nice_ticks(top)
    assert ticks[0] == 0
    assert ticks[-1] <= top * (1 + 1e-9)
    assert 3 <= len(ticks) <= 9


def test_up_to_eight_series_are_all_shown_and_more_are_reduced_to_six() -> None:
    assert series_to_show(list("abcdefgh"), None) == list("abcdefgh")
    assert series_to_show(list("abcdefghi"), None) == list("abcdef")
    assert series_to_show(list("abc"), ["c", "z"], reference="a") == ["c"]
    assert series_to_show(list("abc"), None, reference="a") == ["b", "c"]


def test_both_templates_are_registered_with_cjk_fonts() -> None:
    register_templates()
    for name in ("tomclip_light", "tomclip_dark"):
        assert "Noto Sans CJK KR" in plotly.io.templates[name].layout.font.family


def test_another_font_reaches_text_and_hover() -> None:
    figure = restyled(empty_figure("Nothing.", FigureContext()), font_family="Georgia")
    assert figure.layout.font.family == "Georgia"
    assert figure.layout.hoverlabel.font.family == "Georgia"
