"""Figures of runs in progress and of sweeps: lines, weights, panels, ribbons, trade-off, player."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from support.figure_samples import (
    CONTEXT,
    coordinates,
    diagram,
    diagrams,
    h0,
    map_columns,
    probe_scores,
    sweep_figure,
    sweep_points,
)

from tomclip.core.errors import InputError
from tomclip.figures import (
    WeightChange,
    animated_diagram_figure,
    animated_map_figure,
    diagram_figure,
    encoder_style,
    live_loss_figure,
    live_scores_figure,
    spread_figure,
    weight_changes,
)
from tomclip.figures.diagrams.marks import REFERENCE, Diagrams
from tomclip.figures.style.head import plain, spoken
from tomclip.figures.style.palette import LIGHT
from tomclip.figures.style.player import played_steps
from tomclip.figures.style.thinning import kept_rows, smoothed
from tomclip.figures.training.loss_weights import weights_in_force
from tomclip.figures.training.timeline import XAxis, timeline

WEIGHTS = {"pointwise_weight": 1.0, "h0_weight": 0.01}
CHANGE = WeightChange(5, "topological_h0", 0.01, 0.1, seconds=50.0)


def loss_events(n: int, *, seconds_per_step: float = 10.0) -> pd.DataFrame:
    step = np.arange(1, n + 1)
    return pd.DataFrame(
        {
            "step": step,
            "seconds": step * seconds_per_step,
            "split": "train",
            "pointwise": 1.0,
            "topological_h0": 2.0,
            "total": 1.02,
        }
    )


def trace_named(figure: go.Figure, name: str) -> Any:
    return next(trace for trace in figure.data if trace.name == name)


def labels_of(figure: go.Figure) -> list[str]:
    return [annotation.text for annotation in figure.layout.annotations]


# Thinning and smoothing


@given(st.integers(0, 2**32 - 1), st.integers(1, 3))
def test_thinning_keeps_every_extreme_of_every_part(seed: int, width: int) -> None:
    columns = list(np.random.default_rng(seed).normal(size=(width, 5_000)))
    rows = kept_rows(columns, max_points=200)
    assert len(rows) <= 202
    assert (rows[0], rows[-1]) == (0, 4_999)
    assert np.all(np.diff(rows) > 0)
    for column in columns:
        assert {column.argmin(), column.argmax()} <= set(rows)


def test_a_single_spike_among_ten_thousand_values_stays() -> None:
    values = np.ones(10_000)
    values[7_321] = 9.0
    assert 7_321 in kept_rows([values])


def test_a_gap_stays_a_gap_when_thinned() -> None:
    values = np.arange(10_000.0)
    values[4_000:4_050] = np.nan
    assert np.isnan(values[kept_rows([values], max_points=100)]).any()


def test_values_that_are_all_missing_are_thinned_without_an_error() -> None:
    assert len(kept_rows([np.full(5_000, np.nan)], max_points=100)) <= 52


def test_few_values_are_all_kept() -> None:
    assert kept_rows([np.arange(7.0)], max_points=7).tolist() == list(range(7))


def test_smoothing_weighs_each_value_like_its_formula() -> None:
    found = smoothed(pd.Series([1.0, 3.0, 2.0]), 0.5)
    assert found.tolist() == pytest.approx([1.0, (0.5 + 3) / 1.5, (0.25 + 1.5 + 2) / 1.75])


def test_smoothing_keeps_a_constant_from_the_first_step() -> None:
    assert smoothed(pd.Series([4.0] * 20), 0.99).tolist() == pytest.approx([4.0] * 20)


def test_smoothing_leaves_gaps_and_passes_them_over() -> None:
    found = smoothed(pd.Series([1.0, np.nan, 3.0]), 0.5)
    assert np.isnan(found[1])
    assert found[2] == pytest.approx((0.5 + 3) / 1.5)


@pytest.mark.parametrize("smoothing", [-0.1, 1.0])
def test_smoothing_outside_its_range_is_refused(smoothing: float) -> None:
    with pytest.raises(InputError, match="from 0 to below 1"):
        smoothed(pd.Series([1.0]), smoothing)


# Weights


def test_a_weight_is_in_force_from_the_step_after_its_change() -> None:
    table = weights_in_force(np.array([4, 5, 6]), WEIGHTS, [CHANGE])
    assert table["topological_h0"].tolist() == [0.01, 0.01, 0.1]
    assert table["pointwise"].tolist() == [1.0, 1.0, 1.0]
    assert "topological_h1" not in table


def test_changes_name_the_weight_before_and_after() -> None:
    moments = [
        (5.0, 50.0, {"h0_weight": 0.1, "pointwise_weight": 1.0}),
        (9.0, 90.0, {"h0_weight": 0}),
    ]
    first, second = weight_changes(WEIGHTS, moments)
    assert first == CHANGE
    assert (first.label, second.label) == ("H0 0.01 → 0.1", "H0 0.1 → 0")


def test_an_unknown_weight_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match="h2_weight; use pointwise_weight"):
        weight_changes(WEIGHTS, [(1, 1, {"h2_weight": 1.0})])


# Loss


def test_areas_are_terms_times_the_weight_in_force() -> None:
    figure = live_loss_figure(loss_events(8), weights=WEIGHTS, context=CONTEXT, changes=[CHANGE])
    area = trace_named(figure, "topological, H0")
    assert area.y.tolist() == pytest.approx([0.02] * 5 + [0.2] * 3)
    assert area.stackgroup == trace_named(figure, "point-wise").stackgroup
    assert trace_named(figure, "total loss").stackgroup is None


def test_areas_are_stretched_by_the_scale_of_their_term() -> None:
    scales = [5.0] * 4 + [np.nan] * 4
    events = loss_events(8).assign(scale_topological_h0=scales)
    area = trace_named(
        live_loss_figure(events, weights=WEIGHTS, context=CONTEXT), "topological, H0"
    )
    assert area.y.tolist()[:4] == pytest.approx([0.01 * 5 * 2] * 4)
    assert np.isnan(area.y.tolist()[4:]).all()


def test_a_schedule_stretches_every_area_but_that_of_the_point_wise_term() -> None:
    events = loss_events(4).assign(schedule_factor=[0.25, 0.5, 0.75, 1.0])
    figure = live_loss_figure(events, weights=WEIGHTS, context=CONTEXT)
    shape = trace_named(figure, "topological, H0").y
    assert shape.tolist() == pytest.approx([0.005, 0.01, 0.015, 0.02])
    assert trace_named(figure, "point-wise").y.tolist() == [1.0] * 4


def test_a_changed_weight_is_a_named_line_at_its_step_or_time() -> None:
    places: dict[XAxis, int] = {"step": 5, "time": 50}
    for x, place in places.items():
        figure = live_loss_figure(
            loss_events(8), weights=WEIGHTS, context=CONTEXT, changes=[CHANGE], x=x
        )
        assert [shape.x0 for shape in figure.layout.shapes] == [place]
        assert labels_of(figure) == ["H0 0.01 → 0.1"]


def test_a_term_that_never_has_a_weight_is_not_drawn() -> None:
    figure = live_loss_figure(loss_events(8), weights={"pointwise": 1.0}, context=CONTEXT)
    assert [trace.name for trace in figure.data] == ["point-wise", "total loss"]


def test_smoothing_draws_the_recorded_values_pale_behind() -> None:
    events = loss_events(3).assign(total=[1.0, 3.0, 2.0])
    figure = live_loss_figure(events, weights=WEIGHTS, context=CONTEXT, smoothing=0.5)
    recorded = trace_named(figure, "total loss, as recorded")
    assert recorded.y.tolist() == [1.0, 3.0, 2.0]
    assert recorded.opacity < 0.5
    assert trace_named(figure, "total loss").y[1] == pytest.approx(3.5 / 1.5)


def test_a_logarithmic_axis_does_not_stack() -> None:
    figure = live_loss_figure(loss_events(8), weights=WEIGHTS, context=CONTEXT, log_y=True)
    assert figure.layout.yaxis.type == "log"
    assert [trace.stackgroup for trace in figure.data] == [None] * 3


def test_another_run_shows_its_total_only_in_a_style_of_its_own() -> None:
    others = {"first": loss_events(4), "second": loss_events(20)}
    figure = live_loss_figure(loss_events(8), weights=WEIGHTS, context=CONTEXT, others=others)
    lines = [trace_named(figure, name).line for name in others]
    assert lines[0].color != lines[1].color
    assert lines[0].dash != lines[1].dash
    assert figure.layout.xaxis.range[1] >= 20
    assert figure.layout.meta["others"] == ["first", "second"]


def test_another_run_has_the_style_of_its_encoder_and_the_title_of_the_context() -> None:
    context = replace(CONTEXT, other_encoders={"run:1": "same name", "run:2": "same name"})
    figure = live_loss_figure(
        loss_events(8),
        weights=WEIGHTS,
        context=context,
        others={"run:1": loss_events(4), "run:2": loss_events(20)},
    )
    lines = [trace for trace in figure.data if trace.name == "same name"]
    assert [trace.line.color for trace in lines] == [
        encoder_style("run:1").colour,
        encoder_style("run:2").colour,
    ]
    assert "same name" not in spoken(figure)


def test_validation_rows_are_passed_over() -> None:
    events = pd.concat([loss_events(3), loss_events(1).assign(split="validation", total=np.nan)])
    figure = live_loss_figure(events, weights=WEIGHTS, context=CONTEXT)
    assert len(trace_named(figure, "total loss").x) == 3


def test_ten_thousand_events_become_a_small_figure_quickly() -> None:
    events = loss_events(10_000).assign(total=np.random.default_rng(0).normal(size=10_000))
    started = time.process_time()
    figure = live_loss_figure(events, weights=WEIGHTS, context=CONTEXT, smoothing=0.9)
    assert time.process_time() - started < 1.0
    assert max(len(trace.x) for trace in figure.data) <= 1_002


def test_time_is_shown_in_the_unit_that_suits_it() -> None:
    titles = [
        timeline("time", [pd.DataFrame({"seconds": [end]})]).title for end in (60, 600, 36_000)
    ]
    assert titles == ["time (s)", "time (min)", "time (h)"]


def test_an_unknown_axis_is_refused() -> None:
    with pytest.raises(InputError, match="'step' or 'time'"):
        live_loss_figure(loss_events(2), weights=WEIGHTS, context=CONTEXT, x="epoch")  # type: ignore[arg-type]


def test_time_without_seconds_is_refused() -> None:
    with pytest.raises(InputError, match="lacks seconds"):
        live_loss_figure(
            loss_events(2).drop(columns="seconds"), weights=WEIGHTS, context=CONTEXT, x="time"
        )


# Scores


def test_each_measured_score_has_a_panel_with_its_unit_and_direction() -> None:
    figure = live_scores_figure(probe_scores(), context=CONTEXT)
    assert [plain(text) for text in labels_of(figure)] == [
        "Zero-shot top-1 ↑",
        "Wasserstein H0 to the teacher ↓",
    ]
    assert figure.layout.yaxis.title.text == "%"
    assert figure.layout.yaxis2.title.text == "cosine distance"
    assert figure.layout.xaxis2.matches == "x"


def test_a_full_probe_is_a_ring_on_the_line_of_the_light_ones() -> None:
    scores = probe_scores()
    first, *_, last = sorted(set(scores["step"]))
    figure = live_scores_figure(scores, context=CONTEXT, full_probes=[first, last])
    rings = [trace for trace in figure.data if trace.name == "full probe"]
    means = [trace for trace in figure.data if trace.meta == "mean"]
    assert len(rings) == len(means) == 2
    for ring, mean in zip(rings, means, strict=True):
        assert ring.x.tolist() == [first, last]
        np.testing.assert_allclose(ring.y, mean.y[[0, -1]], rtol=1e-6)
    assert {trace.mode for trace in figure.data} == {"lines", "markers"}
    assert sum(bool(ring.showlegend) for ring in rings) == 1


def test_a_score_of_full_probes_alone_is_marked_where_it_was_measured() -> None:
    scores = probe_scores()
    first, second, last = sorted(set(scores["step"]))
    both = scores["score"] == "wasserstein_h0_to_teacher"
    figure = live_scores_figure(
        scores[both | scores["step"].isin([first, last])],
        context=CONTEXT,
        full_probes=[first, last],
        highlight=["ko"],
    )
    (korean,) = (t for t in figure.data if t.meta == "ko" and t.xaxis == "x")
    assert korean.x.tolist() == [first, second, last]
    assert korean.marker.size.tolist() == [6.0, 0.0, 6.0]


def test_the_unit_of_the_right_panels_keeps_clear_of_the_left_ones() -> None:
    layout = live_scores_figure(probe_scores(), context=CONTEXT).layout
    between = layout.xaxis2.domain[0] - layout.xaxis.domain[1]
    narrowest, ticks_and_title = 310, 46
    assert between * narrowest >= ticks_and_title


def test_highlighted_languages_are_coloured_and_the_others_grey() -> None:
    figure = live_scores_figure(probe_scores(), context=CONTEXT, highlight=["ko"])
    coloured = [trace.meta for trace in figure.data if trace.line.color != LIGHT["context"]]
    assert coloured == ["ko", "mean"] * 2
    assert sum(bool(trace.showlegend) for trace in figure.data) == 3


def test_a_missing_mean_is_taken_over_the_languages() -> None:
    scores = probe_scores()
    scores.loc[scores["series"] == "ko", "value"] += 13.0
    figure = live_scores_figure(scores, context=CONTEXT)
    mean = next(trace for trace in figure.data if trace.meta == "mean")
    assert mean.y.tolist() == pytest.approx([11.0, 16.0, 21.0])


def test_a_recorded_mean_is_drawn_as_it_is() -> None:
    mean = probe_scores().assign(series="mean", value=7.0).drop_duplicates(["step", "score"])
    figure = live_scores_figure(pd.concat([probe_scores(), mean]), context=CONTEXT)
    assert next(t for t in figure.data if t.meta == "mean").y.tolist() == [7.0] * 3


def test_a_missing_value_is_a_gap_and_a_value_alone_a_mark() -> None:
    scores = probe_scores()
    gone = (scores["series"] == "ko") & (scores["step"] == 50)
    figure = live_scores_figure(scores[~gone], context=CONTEXT, highlight=["ko"])
    line = next(trace for trace in figure.data if trace.meta == "ko")
    assert np.isnan(line.y[1])
    assert not line.connectgaps
    assert (line.marker.size[0], line.marker.size[2]) == (6.0, 6.0)


def test_a_grey_value_alone_is_a_mark_and_no_other_is() -> None:
    scores = probe_scores()
    gone = (scores["series"] == "ja") & (scores["step"] == 50)
    figure = live_scores_figure(scores[~gone], context=CONTEXT, highlight=["ko"])
    grey = next(trace for trace in figure.data if trace.name == "other languages")
    marked = grey.marker.size > 0
    assert set(np.array(grey.customdata)[marked]) == {"日本語"}
    assert marked.sum() == 2


def test_the_grey_languages_of_a_panel_are_one_line_that_joins_none_of_them() -> None:
    scores = probe_scores()
    scores.loc[scores["series"] == "ja", "value"] += 5.0
    figure = live_scores_figure(scores, context=CONTEXT, highlight=["ko"])
    grey = [trace for trace in figure.data if trace.name == "other languages"]
    assert len(grey) == 2
    assert not grey[0].connectgaps
    parts = np.split(grey[0].y, np.flatnonzero(np.isnan(grey[0].y)) + 1)
    assert [part[:-1].tolist() for part in parts[:-1]].count([15.0, 20.0, 25.0]) == 1
    assert [len(part) for part in parts] == [4] * 12 + [0]
    named = [name for name, y in zip(grey[0].customdata, grey[0].y, strict=True) if y == 25.0]
    assert named == ["日本語"]


def test_lines_of_many_probes_give_a_browser_no_marks_to_draw() -> None:
    one = probe_scores()
    one = one[one["step"] == 0]
    scores = pd.concat([one.assign(step=step) for step in range(60)])
    figure = live_scores_figure(scores, context=CONTEXT)
    assert {trace.mode for trace in figure.data} == {"lines"}


def test_one_probe_is_a_mark_in_every_series() -> None:
    scores = probe_scores()
    figure = live_scores_figure(scores[scores["step"] == 0], context=CONTEXT)
    assert all("markers" in trace.mode and trace.marker.size[0] > 0 for trace in figure.data)


def test_another_run_shows_its_mean_in_every_panel_in_the_style_of_its_loss() -> None:
    figure = live_scores_figure(probe_scores(), context=CONTEXT, others={"older": probe_scores()})
    lines = [trace for trace in figure.data if trace.name == "older"]
    assert len(lines) == 2
    assert {trace.line.color for trace in lines} == {encoder_style("older").colour}


def test_a_changed_weight_is_a_line_in_every_panel() -> None:
    figure = live_scores_figure(probe_scores(), context=CONTEXT, changes=[CHANGE])
    assert [(s.x0, s.xref) for s in figure.layout.shapes] == [(5, "x"), (5, "x2")]
    assert figure.layout.meta["weight_changes"] == ["H0 0.01 → 0.1"]


# Spread


def five_languages() -> pd.DataFrame:
    rows = [(0, code, float(value)) for value, code in enumerate(["da", "de", "en", "es", "fr"])]
    return pd.DataFrame([*rows, (0, "mean", 99.0)], columns=["step", "series", "value"])


def test_the_ribbons_span_all_languages_and_their_middle_half() -> None:
    figure = spread_figure(five_languages(), context=CONTEXT, label="top-1", unit="%")
    assert sorted(trace_named(figure, "all languages").y) == [0, 4]
    assert sorted(trace_named(figure, "middle half").y) == [1, 3]
    median = trace_named(figure, "median")
    assert median.y.tolist() == [2]
    assert median.customdata[0].tolist() == [0, "da", "fr", 5]


def test_a_step_without_values_cuts_the_ribbon_in_two() -> None:
    parts = [five_languages().assign(step=step) for step in (0, 1, 2)]
    parts[1]["value"] = np.nan
    figure = spread_figure(pd.concat(parts), context=CONTEXT, label="top-1")
    assert [trace.name for trace in figure.data].count("all languages") == 2
    assert np.isnan(trace_named(figure, "median").y[1])


def test_the_spread_over_ten_thousand_probes_is_thinned_and_keeps_its_peak_and_its_gap() -> None:
    steps = np.arange(10_000)
    scores = pd.concat(
        [pd.DataFrame({"step": steps, "series": code, "value": 1.0}) for code in ("en", "ko")]
    )
    scores.loc[(scores["series"] == "ko") & (scores["step"] == 7_321), "value"] = 9.0
    scores.loc[scores["step"].between(4_000, 4_100), "value"] = np.nan
    figure = spread_figure(scores, context=CONTEXT, label="top-1")
    median = trace_named(figure, "median")
    assert len(median.x) < 1_100
    assert np.nanmax(median.y) == 5.0
    assert [trace.name for trace in figure.data].count("all languages") == 2


# Trade-off


def test_each_run_is_a_point_that_carries_its_id() -> None:
    figure = sweep_figure(sweep_points(), CONTEXT)
    ids = [
        entry[0]
        for trace in figure.data
        if trace.customdata is not None
        for entry in trace.customdata
    ]
    assert sorted(filter(None, ids)) == ["a", "b", "c", "d"]


def test_a_run_is_hollow_until_it_counts() -> None:
    points = sweep_points()
    marks = trace_named(sweep_figure(points, CONTEXT), "H0 weight 0.1")
    assert [symbol.endswith("-open") for symbol in marks.marker.symbol] == [False, True]
    whole = sweep_figure(points[points["counts"]], CONTEXT)
    assert "run that is not in the means" not in [trace.name for trace in whole.data]


def test_a_setting_has_the_mean_and_the_t_interval_of_its_seeds() -> None:
    title = "mean of 2 seeds, 95 % t interval"
    mean = trace_named(sweep_figure(sweep_points(), CONTEXT), title)
    assert (mean.x.tolist(), mean.y.tolist()) == ([pytest.approx(2.1)], [31.0])
    reach = stats.t.ppf(0.975, df=1) * stats.sem([30.0, 32.0])
    assert (mean.error_y.array[0], mean.error_y.arrayminus[0]) == pytest.approx((reach, reach))
    assert mean.error_x.array[0] == pytest.approx(reach / 10)
    assert "mean of 2 seeds" in mean.hovertext[0]


def test_single_runs_have_no_bar() -> None:
    figure = sweep_figure(sweep_points().query("run != 'b'"), CONTEXT)
    assert [trace.name for trace in figure.data if trace.error_y.array is not None] == []
    assert figure.layout.meta["settings"] == 2


def test_the_front_joins_settings_by_steps_and_leaves_running_runs_out() -> None:
    figure = sweep_figure(sweep_points(), CONTEXT)
    front = trace_named(figure, "Pareto front of the means")
    assert front.line.shape == "hv"
    assert front.x.tolist() == pytest.approx([1.0, 2.1])
    assert figure.layout.meta["front"] == ["H0 0.1", "H0 0"]


def test_a_run_without_a_score_is_not_drawn() -> None:
    points = sweep_points()
    points.loc[points["run"] == "a", "accuracy"] = np.nan
    assert sweep_figure(points, CONTEXT).layout.meta["runs"] == 3


# Players


def test_every_step_is_a_frame_that_replaces_the_language_only() -> None:
    steps = {50: diagrams()["ja"], 0: (h0(0.1, np.inf), diagram([], 1))}
    figure = animated_diagram_figure(steps, diagrams()["en"], context=CONTEXT, language="ko")
    assert [frame.name for frame in figure.frames] == ["0", "50"]
    replaced = {figure.data[place].name for frame in figure.frames for place in frame.traces}
    assert replaced == {"한국어"}
    assert len(figure.frames[0].data[1].x) == 0
    last = figure.frames[1]
    for place, trace in zip(last.traces, last.data, strict=True):
        assert np.array_equal(figure.data[place].y, trace.y)


def test_the_reference_of_a_played_diagram_is_marked_as_in_one_that_stands_still() -> None:
    teacher, korean = diagrams()["en"], diagrams()["ko"]
    played = animated_diagram_figure({0: korean}, teacher, language="ko")
    still = diagram_figure({REFERENCE: teacher, "ko": korean}, reference=REFERENCE)
    marks = [
        {trace.marker.symbol for trace in figure.data if trace.legendgroup == REFERENCE}
        for figure in (played, still)
    ]
    assert marks[0] == marks[1]
    assert len(marks[0]) == 2


def test_the_axes_hold_every_step_of_a_played_diagram() -> None:
    steps = {0: (h0(5.0, np.inf),), 10: (h0(0.1, np.inf),)}
    figure = animated_diagram_figure(steps, (h0(0.2),), context=CONTEXT, language="ko")
    assert figure.layout.meta["infinity"] == pytest.approx(5.5)
    assert figure.layout.yaxis.range[1] > 5.5


def test_the_slider_has_a_stop_per_frame_and_stands_at_the_step_shown() -> None:
    steps: dict[int, Diagrams] = dict.fromkeys((0, 10, 20), diagrams()["ko"])
    figure = animated_diagram_figure(steps, (), context=CONTEXT, language="ko", shown_step=10)
    slider = figure.layout.sliders[0]
    assert [stop.args[0] for stop in slider.steps] == [("0",), ("10",), ("20",)]
    assert slider.active == 1


def test_a_step_that_was_not_recorded_is_refused() -> None:
    with pytest.raises(InputError, match="step 7 was asked for; recorded are: 0, 10"):
        animated_diagram_figure(
            dict.fromkeys((0, 10), diagrams()["ko"]),
            (),
            context=CONTEXT,
            language="ko",
            shown_step=7,
        )


def test_many_steps_are_thinned_with_both_ends_and_the_one_shown() -> None:
    steps = played_steps(range(0, 1_000, 5), keep=25, most=10)
    assert {0, 25, 995} <= set(steps)
    assert 10 <= len(steps) <= 11


def test_a_player_that_leaves_steps_out_says_so_and_stops_at_true_steps() -> None:
    steps = dict.fromkeys(range(0, 6_700, 100), diagrams()["ko"])
    figure = animated_diagram_figure(steps, (), context=CONTEXT, language="ko")
    stops = [int(stop.args[0][0]) for stop in figure.layout.sliders[0].steps]
    assert (stops[0], stops[-1], len(stops)) == (0, 6_600, 20)
    assert set(stops) <= set(steps)
    assert [stop.label for stop in figure.layout.sliders[0].steps] == [f"{s:,}" for s in stops]
    assert spoken(figure).endswith("300 concepts · 20 of 67 recorded steps")


def test_a_frame_of_a_played_diagram_takes_a_few_bytes_a_mark() -> None:
    bars = diagram([(0.1 + 1e-3 * row, 0.9) for row in range(500)], 1)
    steps: dict[int, Diagrams] = dict.fromkeys((0, 10), (bars,))
    figure = animated_diagram_figure(steps, (), context=CONTEXT, language="ko")
    frame = json.loads(str(figure.to_json()))["frames"][0]
    assert len(json.dumps(frame)) < 20 * 500


def test_a_mark_says_how_many_bars_coincide_and_that_an_essential_one_never_dies() -> None:
    steps = {0: (h0(0.1, 0.1, np.inf),)}
    figure = animated_diagram_figure(steps, (), context=CONTEXT, language="ko")
    marks = figure.frames[0].data[0]
    assert marks.customdata.tolist() == [2, 1]
    assert marks.marker.size[0] > marks.marker.size[1]
    top = figure.layout.meta["infinity"]
    assert marks.y[1] == pytest.approx(top)
    assert (figure.layout.yaxis.tickvals[-1], figure.layout.yaxis.ticktext[-1]) == (top, "∞")


def test_a_played_map_moves_every_point_on_axes_that_hold_all_steps() -> None:
    columns = map_columns()
    first = coordinates(len(columns["labels"]))
    figure = animated_map_figure(
        {0: first * 3, 10: first},
        labels=columns["labels"],
        languages=columns["languages"],
        context=CONTEXT,
    )
    moved = np.concatenate([trace.x for trace in figure.frames[0].data])
    rows = np.concatenate([[entry[1] for entry in trace.customdata] for trace in figure.data])
    assert moved.tolist() == (first * 3)[rows.astype(int), 0].tolist()
    assert figure.layout.xaxis.range[0] < (first * 3)[:, 0].min()


def test_every_frame_of_a_played_map_says_what_its_alignment_left() -> None:
    figure = animated_map_figure(
        dict.fromkeys((0, 10), coordinates(2)),
        labels=["a", "b"],
        languages=["en", "en"],
        context=CONTEXT,
        disparities={0: 0.314, 10: 0.0},
    )
    assert figure.data[-1].text == ("  Procrustes disparity 0.00",)
    assert [frame.data[-1].text for frame in figure.frames] == [
        ("  Procrustes disparity 0.31",),
        ("  Procrustes disparity 0.00",),
    ]
    assert all(list(frame.traces) == [0, 1] for frame in figure.frames)


def test_a_played_map_without_one_of_its_disparities_is_refused() -> None:
    with pytest.raises(InputError, match="step 10 has no disparity"):
        animated_map_figure(
            dict.fromkeys((0, 10), coordinates(2)),
            labels=["a", "b"],
            languages=["en", "en"],
            context=CONTEXT,
            disparities={0: 0.3},
        )


def test_maps_of_different_rows_are_refused() -> None:
    with pytest.raises(InputError, match=r"give \(3, 2\) at every step"):
        animated_map_figure(
            {0: coordinates(3), 1: coordinates(4)},
            labels=["a", "b", "c"],
            languages=["en"] * 3,
            context=CONTEXT,
        )
