"""Figures of a study: what stands where, which intervals and lines, and what a click opens."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest
from support.figure_samples import (
    CONTEXT,
    FIGURES,
    form_rows,
    language_rows,
    run_rows,
    setting_rows,
    share_rows,
    trade_off_rows,
)

from tomclip.core.errors import InputError
from tomclip.figures import (
    form_gains_figure,
    form_runs_figure,
    form_trade_off_figure,
    language_gains_figure,
    pair_share_figure,
    settings_figure,
)


def named(figure: go.Figure, name: str) -> list[Any]:
    """Returns the traces of a name that have points."""
    traces: Any = figure.data
    return [trace for trace in traces if trace.name == name and list(trace.x) != [None]]


def words(figure: go.Figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]  # type: ignore[union-attr]


def lines_at(figure: go.Figure, axis: str) -> set[float]:
    return {shape[f"{axis}0"] for shape in figure.layout.shapes}  # type: ignore[union-attr]


def test_a_forest_has_a_panel_a_condition_with_gains_intervals_and_verdicts() -> None:
    figure = form_gains_figure(form_rows(), baseline="plain")
    first, second = named(figure, "forms")
    assert list(first.x) == [2.0, -1.0]
    assert [list(one) for one in second.customdata] == [
        ["few and English", "trees", "", ""],
        ["few and English", "ridge", "", ""],
    ]
    corrected, plain, *_ = named(figure, "interval")
    assert list(plain.x) == [1.5, 2.5, None, -1.5, -0.5, None]
    assert list(corrected.x) == [1.2, 2.8, None, -1.8, pytest.approx(-0.2), None]
    assert corrected.line.width < plain.line.width
    assert "helps, p .002" in words(figure)
    assert "does not help, p .400" in words(figure)
    assert words(figure)[0] == "few · plain 30.00 %"
    assert lines_at(figure, "x") == {0.0, 0.5, 1.0}


def test_forms_stand_below_the_title_of_their_family() -> None:
    figure = form_gains_figure(form_rows(), baseline="plain")
    axis = figure.layout.yaxis  # type: ignore[union-attr]
    labels = dict(zip(axis.tickvals, axis.ticktext, strict=True))
    assert [labels[height] for height in sorted(labels, reverse=True)] == [
        "<b>structural</b>",
        "trees",
        "<b>closed form</b>",
        "ridge",
    ]
    (first, _) = named(figure, "forms")
    assert [labels[height] for height in first.y] == ["trees", "ridge"]


def test_a_gain_far_from_all_others_is_a_triangle_at_the_edge_and_named() -> None:
    few = form_rows()
    few = few.loc[few["condition"] == "few"]
    many = [few.assign(form=few["form"] + str(copy)) for copy in range(8)]
    table = pd.concat([few, *many], ignore_index=True)
    far = table["form"] == "ridge"
    for column in ("gain", "low", "high", "corrected_low", "corrected_high"):
        table[column] -= 40.0 * far
    figure = form_gains_figure(table, baseline="plain")
    (dots,) = named(figure, "forms")
    place = [one[1] for one in dots.customdata].index("ridge")
    low, _ = figure.layout.xaxis.range  # type: ignore[union-attr]
    assert (dots.x[place], dots.marker.symbol[place]) == (low, "triangle-left")
    assert "−41.00, does not help" in words(figure)
    assert low > -5


def test_a_score_without_verdicts_has_neither_levels_nor_words_of_them() -> None:
    table = form_rows().assign(verdict=None)
    figure = form_gains_figure(table, baseline="plain", levels=(), unit="", value_unit="")
    assert lines_at(figure, "x") == {0.0}
    assert "p .002" in words(figure)


def test_a_map_of_gains_has_the_mean_first_and_bold_numbers_where_it_is_clear() -> None:
    table = language_rows()
    unclear = (table["language"] == "ko") & (table["form"] == "trees")
    table.loc[unclear, "low"] = -0.1
    figure = language_gains_figure(table, baseline="plain", context=CONTEXT)
    heat: Any = [trace for trace in figure.data if trace.type == "heatmap"]  # type: ignore[union-attr]
    assert [part.z.shape for part in heat] == [(2, 1), (2, 13)] * 2
    assert heat[1].z.tolist() == [[2.0] * 13, [-1.0] * 13]
    (numbers, _) = [trace for trace in figure.data if trace.type == "scatter"]  # type: ignore[union-attr]
    texts = dict(zip(zip(numbers.x, numbers.y, strict=True), numbers.text, strict=True))
    places = dict(zip(figure.layout.xaxis.ticktext, figure.layout.xaxis.tickvals, strict=True))  # type: ignore[union-attr]
    assert next(iter(places)) == "<b>Mean</b>"
    assert texts[places["ko"], 0] == "+2.0"
    assert texts[places["ja"], 0] == "<b>+2.0</b>"
    assert {tuple(one) for one in numbers.customdata} == {
        ("few", "trees", "", ""),
        ("few", "ridge", "", ""),
    }
    assert figure.layout.coloraxis.cmin == -figure.layout.coloraxis.cmax  # type: ignore[union-attr]


def test_shares_have_a_panel_without_and_one_with_the_anchor_on_a_log_axis() -> None:
    figure = pair_share_figure(share_rows(), baseline="plain")
    trees = named(figure, "trees")
    assert [list(line.x) for line in trees] == [[2.0, 10.0]] * 2
    assert [line.xaxis for line in trees] == ["x", "x2"]
    assert list(trees[1].customdata[0]) == ["2 % and English", "trees", "", ""]
    assert figure.layout.xaxis.type == "log"  # type: ignore[union-attr]
    band = named(figure, "band")[0]
    assert list(band.y) == [21.0, 21.0, 19.0, 19.0]


def test_a_trade_off_joins_the_front_and_keeps_a_far_form_at_the_edge() -> None:
    figure = form_trade_off_figure(trade_off_rows())
    marks, _ = named(figure, "forms")
    front, _ = named(figure, "front")
    assert (list(front.x), list(front.y), front.line.shape) == ([1.0, 1.2], [30.0, 31.0], "hv")
    assert list(marks.text) == ["plain", "trees", "", "", "turned"]
    assert marks.marker.symbol[4] == "diamond-open"
    assert marks.x[4] < 2
    assert "shape 9.0000" in marks.hovertext[4]
    assert list(marks.customdata[1]) == ["few", "trees", "", ""]


def test_names_that_would_cover_each_other_share_a_text() -> None:
    table = trade_off_rows()
    few = table["condition"] == "few"
    table.loc[few & (table["form"] == "plain"), ["accuracy", "shape"]] = [31.0, 1.2]
    table.loc[few & (table["form"] == "trees"), ["accuracy", "shape"]] = [31.01, 1.201]
    table.loc[few, "pareto"] = table["form"].isin(["plain", "trees"])
    marks, _ = named(form_trade_off_figure(table), "forms")
    assert list(marks.text[:2]) == ["", "trees<br>plain"]
    below = [place.startswith("bottom") for place in marks.textposition[:2]]
    assert all(below), "there is a title above"


def test_a_name_that_hangs_below_its_mark_covers_none_that_stands_above_a_lower_one() -> None:
    table = trade_off_rows()
    few = table["condition"] == "few"
    table.loc[few & (table["form"] == "plain"), ["accuracy", "shape"]] = [31.0, 1.01]
    table.loc[few & (table["form"] == "trees"), ["accuracy", "shape"]] = [30.85, 1.0]
    table.loc[few, "pareto"] = table["form"].isin(["plain", "trees"])
    marks, _ = named(form_trade_off_figure(table), "forms")
    assert list(marks.text[:2]) == ["plain<br>trees", ""]


def test_where_more_shape_is_better_the_front_turns_the_other_way() -> None:
    figure = form_trade_off_figure(trade_off_rows(), shape_higher_is_better=True)
    assert named(figure, "front")[0].line.shape == "vh"
    assert figure.layout.xaxis.title.text.endswith("nearer")  # type: ignore[union-attr]


def test_settings_have_a_panel_a_form_a_line_a_rate_and_a_ring_round_the_choice() -> None:
    figure = settings_figure(setting_rows(), baseline="plain")
    assert figure.layout.meta["forms"] == ["trees", "loops"]  # type: ignore[union-attr]
    fast, _ = named(figure, "learning rate 0.01")
    assert list(fast.x) == [0.1, 1.0, 10.0]
    assert list(fast.y) == pytest.approx([0.601, 0.61, 0.7])
    assert list(named(figure, "chosen")[0].x) == [10.0]
    assert lines_at(figure, "y") == {0.61}
    assert list(fast.customdata[0]) == ["few", "trees", "", ""]


def test_candidates_with_a_run_that_broke_off_are_left_out() -> None:
    table = setting_rows()
    table.loc[table["multiple"] == 10.0, "failed"] = True
    figure = settings_figure(table, baseline="plain")
    assert figure.layout.meta["multiples"] == [0.1, 1.0]  # type: ignore[union-attr]


def test_runs_stand_in_rows_of_their_folds_with_the_means_that_are_tested() -> None:
    figure = form_runs_figure(run_rows(), condition="few", form="trees", baseline="plain")
    (runs,) = named(figure, "one run")
    assert [list(one) for one in runs.customdata][-1] == ["few", "trees", 3, 0]
    assert list(runs.y) == [0, 0, -1, -1, -2]
    (means,) = named(figure, "mean of a fold")
    assert list(means.x) == pytest.approx([1.005, 1.105, 1.3])
    assert sorted(lines_at(figure, "x")) == pytest.approx([0.0, (1.005 + 1.105 + 1.3) / 3])


@pytest.mark.parametrize(
    ("draw", "table"),
    [
        (lambda table: form_gains_figure(table, baseline="plain"), form_rows()),
        (lambda table: language_gains_figure(table, baseline="plain"), language_rows()),
        (pair_share_figure, share_rows()),
        (form_trade_off_figure, trade_off_rows()),
        (settings_figure, setting_rows()),
    ],
)
def test_a_column_that_is_missing_is_named(draw: Any, table: Any) -> None:
    with pytest.raises(InputError, match="form"):
        draw(table.drop(columns="form"))


def test_dark_cells_keep_ink_that_is_read_on_them() -> None:
    figure = FIGURES["language_gains"](CONTEXT)
    (first, _) = [trace for trace in figure.data if trace.type == "scatter"]  # type: ignore[union-attr]
    assert first.unselected.textfont.color == first.textfont.color
