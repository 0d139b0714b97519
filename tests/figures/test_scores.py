"""Scores, differences, matrices, training curves and thresholds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from support.drawn import cell_texts
from support.figure_samples import CONTEXT, score_rows, threshold_curve, training_curves

from tomclip.core.errors import InputError
from tomclip.core.languages import LANGUAGES
from tomclip.core.types import DistanceMatrix, Score
from tomclip.figures import (
    accuracy_figure,
    difference_figure,
    distance_matrix_figure,
    score_curve_figure,
    score_table,
    shape_figure,
    sparsification_figure,
)
from tomclip.figures.style.head import plain
from tomclip.figures.style.palette import LIGHT
from tomclip.topology import sparsification_curve


def table(rows: Sequence[tuple[str, str, float, float, float]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["language", "encoder", "value", "ci_low", "ci_high"])


def test_a_score_table_has_one_row_per_encoder_and_language() -> None:
    scores = {
        "mclip": [Score("top1", 30.0, "%", language="ko"), Score("other", 1.0, language="ko")],
        "tomclip": [Score("top1", 33.0, "%", ci_low=31.0, ci_high=35.0, language="ko")],
    }
    rows = score_table(scores, "top1")
    assert rows[["language", "encoder", "value"]].to_numpy().tolist() == [
        ["ko", "mclip", 30.0],
        ["ko", "tomclip", 33.0],
    ]
    assert rows["ci_low"].isna().tolist() == [True, False]


def test_an_unknown_score_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(InputError, match="'top9'; there are top1"):
        score_table({"mclip": [Score("top1", 1.0)]}, "top9")


def test_a_table_without_encoders_is_refused() -> None:
    with pytest.raises(InputError, match="lacks encoder"):
        accuracy_figure(pd.DataFrame({"language": ["ko"], "value": [1.0]}), context=CONTEXT)


def test_languages_are_sorted_best_on_top_and_the_mean_lies_below() -> None:
    rows = [("ko", "mclip", 2.0, 1, 3), ("en", "mclip", 9.0, 8, 10), ("mean", "mclip", 5.0, 4, 6)]
    axis = accuracy_figure(table(rows), context=CONTEXT).layout.yaxis
    places = dict(zip(axis.ticktext, axis.tickvals, strict=True))
    assert places["English"] > places["한국어"] > places["<b>Mean</b>"]


def test_languages_in_a_given_order_stand_above_the_others() -> None:
    rows = [("ko", "mclip", 1.0, 0, 9), ("en", "mclip", 3.0, 0, 9)]
    axis = shape_figure(table(rows), context=CONTEXT, order=["ko"]).layout.yaxis
    places = dict(zip(axis.ticktext, axis.tickvals, strict=True))
    assert places["한국어"] > places["English"]


def test_whiskers_end_at_the_interval() -> None:
    figure = accuracy_figure(table([("ko", "mclip", 5.0, 4.0, 8.0)]), context=CONTEXT)
    bars = figure.data[0].error_x
    assert (bars.arrayminus[0], bars.array[0]) == (1.0, 3.0)
    assert "95 % interval 4.0 to 8.0" in figure.data[0].hovertext[0]


def test_a_score_without_interval_has_no_whisker() -> None:
    figure = accuracy_figure(table([("ko", "mclip", 5.0, np.nan, np.nan)]), context=CONTEXT)
    assert (figure.data[0].error_x.array[0], figure.data[0].error_x.arrayminus[0]) == (0, 0)
    assert "interval" not in figure.data[0].hovertext[0]


def test_encoders_have_one_trace_each_and_do_not_overlap() -> None:
    figure = accuracy_figure(score_rows(["mclip", "tomclip", "tomclip_exact"]), context=CONTEXT)
    assert [trace.name for trace in figure.data] == ["MCLIP", "tomclip", "ToMCLIP exact"]
    heights = np.stack([trace.y for trace in figure.data])
    assert np.abs(np.diff(heights, axis=0)).min() > 0.1
    assert list(figure.data[0].customdata[0]) == ["en", "mclip"]


def test_the_chance_line_is_drawn_and_named() -> None:
    figure = accuracy_figure(score_rows(["mclip"]), context=CONTEXT, chance=0.33)
    assert [note.text for note in figure.layout.annotations] == ["chance 0.33 %"]
    assert any(shape.x0 == shape.x1 == 0.33 for shape in figure.layout.shapes)


def test_a_difference_is_coloured_by_its_verdict_and_open_when_unclear() -> None:
    rows = [("ko", "e", 3.0, 1, 5), ("ja", "e", -3.0, -5, -1), ("fr", "e", 1.0, -1, 3)]
    marker = difference_figure(table(rows), context=CONTEXT, baseline="mclip").data[0].marker
    assert list(marker.color) == [LIGHT["green"], LIGHT["vermillion"], LIGHT["muted"]]
    assert list(marker.symbol) == ["circle", "circle", "circle-open"]


def test_a_lower_distance_is_better_when_lower_is_better() -> None:
    rows = table([("ko", "e", -0.3, -0.5, -0.1)])
    figure = difference_figure(rows, context=CONTEXT, baseline="mclip", higher_is_better=False)
    assert list(figure.data[0].marker.color) == [LIGHT["green"]]
    words = figure.layout.annotations[-1]
    assert (words.text, words.xanchor) == ("← better \u00b7 worse →", "right"), (
        "no room beyond zero"
    )


def test_better_and_worse_stand_on_their_sides_where_both_have_room() -> None:
    rows = table([("ko", "e", 1.0, -2, 2)])
    figure = difference_figure(rows, context=CONTEXT, baseline="mclip")
    words = figure.layout.annotations[-2:]
    assert [one.text for one in words] == ["← worse", "better →"]
    assert [one.xanchor for one in words] == ["right", "left"]
    risen = difference_figure(rows.assign(ci_low=0.5), context=CONTEXT, baseline="mclip")
    assert risen.layout.annotations[-1].xanchor == "left"


def test_one_encoder_s_differences_are_written_with_their_sign() -> None:
    rows = table([("ko", "tomclip_exact", 3.14, 1, 5), ("ja", "tomclip_exact", -0.26, -5, 1)])
    figure = difference_figure(rows, context=CONTEXT, baseline="mclip")
    assert [note.text for note in figure.layout.annotations][:2] == ["+3.1", "\u22120.3"]
    assert plain(figure.layout.title.text) == "ToMCLIP exact minus MCLIP: top-1 accuracy"
    assert figure.layout.xaxis.zeroline is True


@pytest.mark.parametrize(
    ("unit", "written"), [("percentage points", "+0.3"), ("cosine distance", "+0.333")]
)
def test_small_differences_of_shares_have_one_decimal_and_of_shapes_three(
    unit: str, written: str
) -> None:
    rows = table([("ko", "e", 0.333, -2, 2)])
    figure = difference_figure(rows, context=CONTEXT, baseline="mclip", unit=unit)
    assert figure.layout.annotations[0].text == written


def test_several_encoders_keep_their_colours_in_a_difference() -> None:
    figure = difference_figure(score_rows(["mclip", "tomclip"]), context=CONTEXT, baseline="t")
    drawn = [trace for trace in figure.data if trace.customdata is not None]
    named = [trace for trace in figure.data if trace.showlegend]
    for traces in (drawn, named):
        assert [trace.marker.color for trace in traces] == [LIGHT["orange"], LIGHT["blue"]]
    assert [trace.marker.symbol for trace in named] == ["square", "circle"]


@pytest.mark.parametrize(("n", "annotated"), [(13, True), (16, False)])
def test_cells_carry_numbers_up_to_fifteen_languages(n: int, annotated: bool) -> None:
    codes = [f"l{number}" for number in range(n)]
    figure = distance_matrix_figure(np.eye(n), codes, context=CONTEXT, title="T", unit="u")
    written = np.array(cell_texts(figure)) != ""
    assert written.all() if annotated else not written.any()


def test_cell_numbers_are_short_and_the_matrix_is_square() -> None:
    matrix = np.array([[0, 0.126], [0.5, np.nan]])
    figure = distance_matrix_figure(matrix, ["en", "ko"], context=CONTEXT, title="T", unit="u")
    assert cell_texts(figure) == [["0", ".13"], [".50", ""]]
    assert figure.layout.yaxis.scaleanchor == "x"
    assert list(figure.data[0].customdata[0][1]) == ["en", "ko"]


def test_a_matrix_of_another_size_is_refused() -> None:
    with pytest.raises(InputError, match=r"shape \(2, 2\).*for 3 names"):
        distance_matrix_figure(np.eye(2), ["a", "b", "c"], context=CONTEXT, title="T", unit="")


def test_lines_are_named_at_their_ends_and_the_names_keep_apart() -> None:
    figure = score_curve_figure(
        training_curves(), context=CONTEXT, label="top-1 accuracy", highlight=LANGUAGES
    )
    notes = figure.layout.annotations
    assert len(notes) == 13
    assert {note.y for note in notes} == {20.0}
    assert np.diff(sorted(note.ay for note in notes)).min() > 0
    assert figure.layout.margin.r > 80


def test_grey_lines_have_no_name_and_the_baseline_has_one() -> None:
    figure = score_curve_figure(
        training_curves(), context=CONTEXT, label="top-1 accuracy", highlight=["ko"], baseline=15.0
    )
    assert [note.text for note in figure.layout.annotations] == ["한국어", "baseline"]
    assert len(tuple(figure.data)) == 13
    assert figure.layout.shapes[0].y0 == 15.0


def test_a_single_point_can_be_drawn() -> None:
    curve = pd.DataFrame({"step": [0], "series": ["ko"], "value": [0.0]})
    assert len(tuple(score_curve_figure(curve, context=CONTEXT, label="x").data)) == 1


def test_the_threshold_panels_mark_the_chosen_tau() -> None:
    figure = sparsification_figure(threshold_curve(), context=CONTEXT, chosen_tau=0.4)
    assert figure.layout.annotations[-1].text == "τ = 0.4"
    assert len(figure.layout.shapes) == 3
    assert [trace.yaxis for trace in figure.data] == ["y", "y", "y2", "y3", "y3"]
    assert list(figure.data[0].y) == [0, 25, 50, 75, 100]


@pytest.mark.parametrize(("tau", "side"), [(0.4, "left"), (0.6, "right")])
def test_the_threshold_is_named_towards_the_middle(tau: float, side: str) -> None:
    figure = sparsification_figure(threshold_curve(), context=CONTEXT, chosen_tau=tau)
    assert figure.layout.annotations[-1].xanchor == side


def test_the_threshold_panels_take_what_topology_returns() -> None:
    line = np.abs(np.subtract.outer([0.0, 1.0, 3.0], [0.0, 1.0, 3.0]))
    curve = sparsification_curve(DistanceMatrix(line, "euclidean"), [0.5, 1.5, 3.5])
    figure = sparsification_figure(curve, context=CONTEXT)
    components = next(trace for trace in figure.data if trace.name == "components")
    assert list(components.y) == [3, 2, 1]


def test_a_threshold_table_without_a_column_is_refused() -> None:
    with pytest.raises(InputError, match="lacks bound"):
        sparsification_figure(threshold_curve().drop(columns="bound"), context=CONTEXT)
