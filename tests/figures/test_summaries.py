"""Euler curves, landscapes, persistence images, tests of significance, training steps."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.drawn import cell_texts
from support.figure_samples import (
    CONTEXT,
    CURVES,
    ENCODERS,
    GRID,
    LANDSCAPES,
    P_VALUES,
    images,
    permutation_test,
    training_curves,
)

from tomclip.core.errors import InputError
from tomclip.figures import (
    distance_matrix_figure,
    euler_figure,
    landscape_figure,
    permutation_figure,
    persistence_image_figure,
    score_curve_figure,
    significance_figure,
    training_steps_figure,
)
from tomclip.figures.style.head import plain
from tomclip.figures.style.palette import LIGHT
from tomclip.figures.topology.significance import p_value_text


def test_the_euler_axis_names_the_alternating_sum() -> None:
    figure = euler_figure(CURVES, GRID, context=CONTEXT, max_dimension=2)
    title = plain(figure.layout.yaxis.title.text)
    assert title == "Euler characteristic (components − loops + voids)"
    assert figure.layout.yaxis.zeroline is True


def test_a_landscape_has_one_line_per_level_and_one_legend_entry_per_language() -> None:
    curves = {code: LANDSCAPES[code] for code in ("en", "ko")}
    figure = landscape_figure(curves, GRID, homology_dimension=1, context=CONTEXT)
    lines = [trace for trace in figure.data if trace.legendgroup in curves]
    assert [(t.name, t.line.width, t.showlegend) for t in lines] == [
        ("English", 2.4, True),
        ("English", 1, False),
        ("한국어", 2.4, True),
        ("한국어", 1, False),
    ]
    assert figure.data[-1].name == "thin: level 2"


def test_the_ribbon_is_one_standard_error_on_each_side_and_not_below_zero() -> None:
    mean = LANDSCAPES["ko"]
    figure = landscape_figure(
        {"ko": mean},
        GRID,
        homology_dimension=1,
        context=CONTEXT,
        levels=1,
        standard_errors={"ko": np.full_like(mean, 0.1)},
        sample_size=100,
        samples=50,
    )
    ribbon = figure.data[0]
    np.testing.assert_allclose(ribbon.y[:5], [0.1, 0.3, 0.5, 0.3, 0.1])
    np.testing.assert_allclose(ribbon.y[5:], [0, 0.1, 0.3, 0.1, 0])
    assert ribbon.fillcolor == LIGHT["vermillion"]
    subtitle = figure.layout.title.subtitle.text.replace("<br>", " · ")
    assert subtitle.endswith("300 concepts · mean of 50 samples of 100 concepts")


def test_of_many_languages_a_landscape_shows_the_reference_and_three_more() -> None:
    figure = landscape_figure(LANDSCAPES, GRID, homology_dimension=1, context=CONTEXT)
    assert figure.layout.meta["languages"] == ["en", "ko", "ja", "fr"]


@pytest.mark.parametrize(
    ("curve", "error", "message"),
    [
        (np.zeros(5), None, r"shape \(5,\) for a grid of 5"),
        (np.zeros((2, 4)), None, r"shape \(2, 4\) for a grid of 5"),
        (np.zeros((2, 5)), np.zeros((1, 5)), r"error of 'ko' has shape \(1, 5\)"),
    ],
)
def test_a_landscape_off_the_grid_is_refused(curve: Any, error: Any, message: str) -> None:
    errors = None if error is None else {"ko": error}
    with pytest.raises(InputError, match=message):
        landscape_figure(
            {"ko": curve}, GRID, homology_dimension=1, context=CONTEXT, standard_errors=errors
        )


def test_a_landscape_of_no_levels_is_refused() -> None:
    with pytest.raises(InputError, match="levels is 0"):
        landscape_figure(LANDSCAPES, GRID, homology_dimension=1, context=CONTEXT, levels=0)


def test_a_pixel_stands_at_its_birth_and_persistence() -> None:
    figure = persistence_image_figure(images(1), ["ko"], context=CONTEXT)
    (image,) = figure.data
    np.testing.assert_allclose(image.x, [0.1, 0.3, 0.5])
    np.testing.assert_allclose(image.y, [0.05, 0.15])
    assert image.z[1][0] == 1.0


def test_images_mark_a_few_births_or_the_only_one() -> None:
    many, one = images(2), images(2)
    one.values, one.birth_range = one.values[:, :, :1], (0.0, 0.0)
    axes = [
        persistence_image_figure(some, ["ko", "ja"], context=CONTEXT).layout.xaxis
        for some in (many, one)
    ]
    assert (axes[0].nticks, axes[0].tickvals) == (4, None)
    assert tuple(axes[1].tickvals) == (0.0,)


def test_all_images_share_one_colour_scale_from_zero() -> None:
    figure = persistence_image_figure(images(5), list("abcde"), context=CONTEXT, columns=2)
    assert {trace.coloraxis for trace in figure.data} == {"coloraxis"}
    assert figure.layout.coloraxis.cmin == 0
    assert [note.text for note in figure.layout.annotations] == list("abcde")


@pytest.mark.parametrize(
    ("options", "message"),
    [({"codes": ["ko"]}, "1 codes came for 2 images"), ({"columns": 0}, "columns is 0")],
)
def test_images_that_do_not_fit_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        persistence_image_figure(
            images(2), **{"codes": ["ko", "ja"], "context": CONTEXT, **options}
        )


def histogram(test: Any) -> tuple[Any, Any]:
    small, large = permutation_figure(test, language="ko", context=CONTEXT).data
    return small, large


def test_the_histogram_splits_at_the_observed_loss() -> None:
    small, large = histogram(permutation_test())
    assert (sum(small.y), sum(large.y)) == (2, 7)
    left = np.array(small.x)[np.array(small.y) > 0]
    right = np.array(large.x)[np.array(large.y) > 0]
    assert left.max() < 2.0 < right.min()


def test_the_observed_loss_is_a_line_and_p_is_said_in_words() -> None:
    figure = permutation_figure(permutation_test(), language="ko", context=CONTEXT)
    assert figure.layout.shapes[0].x0 == 2.0
    (note,) = figure.layout.annotations
    assert note.text == "<b>real labels, p = .300</b><br>2 of 9 exchanges are as small"
    assert note.xanchor == "left"


@given(
    st.lists(st.floats(0, 10), min_size=1, max_size=200),
    st.floats(-1, 11),
)
def test_no_exchange_is_lost_whatever_the_losses(null: list[float], observed: float) -> None:
    values = np.array(null)
    as_small = int((values <= observed).sum())
    p_value = (1 + as_small) / (1 + len(null))
    small, large = histogram(
        SimpleNamespace(statistic=observed, p_value=p_value, permutations=len(null), null=values)
    )
    assert (sum(small.y), sum(large.y)) == (as_small, len(null) - as_small)


def test_the_smallest_p_value_is_on_top_and_told_languages_are_filled() -> None:
    figure = significance_figure(P_VALUES, homology_dimension=1, context=CONTEXT)
    dots = figure.data[0]
    assert [entry[0] for entry in dots.customdata] == ["vi", "ja", "zh", "ko"]
    assert list(dots.marker.symbol) == ["circle", "circle", "circle-open", "circle-open"]
    assert list(figure.layout.yaxis.ticktext) == ["tiếng Việt", "日本語", "中文", "한국어"]
    assert figure.layout.meta["differ"] == ["ja", "vi"]


def test_the_level_and_the_least_possible_p_value_are_lines() -> None:
    figure = significance_figure(P_VALUES, homology_dimension=1, context=CONTEXT, smallest=0.0002)
    assert [shape.x0 for shape in figure.layout.shapes] == [0.05, 0.0002]
    texts = [note.text for note in figure.layout.annotations]
    assert {"5 %", "least possible", "← different", "not told apart →"} <= set(texts)
    assert texts[-4:] == ["< .001", ".001", ".050", ".200"]


@pytest.mark.parametrize("value", [0.0, -0.1, 1.1, np.nan])
def test_what_is_no_p_value_is_refused(value: float) -> None:
    with pytest.raises(InputError, match="the p-value of ko"):
        significance_figure({"ko": value}, homology_dimension=1, context=CONTEXT)


@pytest.mark.parametrize(
    ("value", "text"), [(0.0004, "p < .001"), (0.012, "p = .012"), (1.0, "p = 1.000")]
)
def test_p_values_are_written_without_a_leading_zero(value: float, text: str) -> None:
    assert p_value_text(value) == text


def test_the_chosen_step_is_a_named_line() -> None:
    figure = training_steps_figure(
        training_curves(),
        context=CONTEXT,
        distance="Wasserstein distance",
        homology_dimension=1,
        highlight=["ko"],
        chosen_step=50,
    )
    assert figure.layout.shapes[0].x0 == 50
    assert figure.layout.annotations[-1].text == "step 50"
    assert plain(figure.layout.title.text) == "Distance to the teacher’s English while training, H1"
    assert sum(trace.line.color == LIGHT["context"] for trace in figure.data) == 12


def test_a_point_of_a_curve_carries_its_series_and_step() -> None:
    figure = score_curve_figure(training_curves(), context=CONTEXT, label="x", highlight=["ko"])
    assert [list(entry) for entry in figure.data[-1].customdata] == [
        ["ko", 0],
        ["ko", 50],
        ["ko", 100],
    ]


def test_marked_cells_get_an_asterisk_that_is_explained() -> None:
    matrix, marked = np.array([[0, 0.25], [0.25, 0]]), np.array([[False, True], [False, False]])
    figure = distance_matrix_figure(
        matrix, ["en", "ko"], context=CONTEXT, title="T", unit="u", marked=marked
    )
    assert cell_texts(figure) == [["0", ".25*"], [".25", "0"]]
    assert figure.layout.coloraxis.colorbar.title.text.startswith("u · * adjusted p &lt; 5 %")


def test_marks_stay_where_numbers_have_no_room() -> None:
    figure = distance_matrix_figure(
        np.ones((16, 16)),
        list("abcdefghijklmnop"),
        context=CONTEXT,
        title="T",
        unit="u",
        marked=np.eye(16),
    )
    assert cell_texts(figure) == np.where(np.eye(16), "*", "").tolist()


def test_encoders_are_named_at_both_edges() -> None:
    figure = distance_matrix_figure(
        np.zeros((2, 2)), list(ENCODERS), context=CONTEXT, title="T", unit="u"
    )
    assert list(figure.layout.yaxis.ticktext) == ["MCLIP", "ToMCLIP exact"]
    assert list(figure.layout.xaxis.ticktext) == ["MCLIP", "ToMCLIP<br>exact"]
