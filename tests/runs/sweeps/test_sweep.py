"""Sweeps: what they expand to, how they are launched and found again, and what they found."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tomclip.config import TrainConfig, parse_config
from tomclip.core.errors import ConfigError, InputError, RunError
from tomclip.core.types import Event
from tomclip.runs import append_event, create_run
from tomclip.runs.status import read_status, write_status
from tomclip.runs.sweeps import sweep as sweeps
from tomclip.runs.sweeps.sweep import expand, launch_sweep, list_sweeps, plan_sweep, read_sweep
from tomclip.runs.sweeps.trade_off import MEASURED, pareto_front, sweep_points, trade_off

BASE = parse_config({"name": "base", "optimiser": {"steps": 8}})
GRID = {"loss.h0_weight": [0, 0.1], "seed": [0, 1]}


@pytest.fixture
def launched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The wishes that reached the launcher, which makes run folders and starts nothing."""
    monkeypatch.setenv("TOMCLIP_RUNS", str(tmp_path / "runs"))
    tokens: list[str] = []

    def launch(config: TrainConfig, *, token: str) -> SimpleNamespace:
        tokens.append(token)
        run = create_run(config)
        return SimpleNamespace(id=run.id, path=run.path)

    monkeypatch.setattr(sweeps, "launch", launch)
    return tokens


def end(run: Path, state: Any = "finished", **scores: float) -> None:
    """Ends a run after 8 steps, with a probe that measured `scores`."""
    write_status(run, replace(read_status(run), state=state, step=8))
    if scores:
        append_event(run, Event(8, 1.0, "probe", scores))


def test_a_grid_is_every_combination_named_after_what_differs() -> None:
    configs = expand(
        BASE, {"loss.h0_weight": [0, "1e-2"], "loss.recipe": ["exact"], "seed": [0, 1]}
    )
    assert [config.name for config in configs] == [
        "base-h0_weight_0_0-seed_0",
        "base-h0_weight_0_0-seed_1",
        "base-h0_weight_0_01-seed_0",
        "base-h0_weight_0_01-seed_1",
    ]
    assert [(c.loss.h0_weight, c.seed) for c in configs] == [(0, 0), (0, 1), (0.01, 0), (0.01, 1)]
    assert {config.optimiser.steps for config in configs} == {8}


def test_seeds_are_the_innermost_key() -> None:
    grid = {"loss.h0_weight": [0, 0.1]}
    assert expand(BASE, grid, seeds=[0, 1]) == expand(BASE, GRID)
    assert [config.seed for config in expand(BASE, {}, seeds=[3, 5])] == [3, 5]


def test_a_list_is_taken_as_it_is() -> None:
    rows = [{"data.languages": ["en", "ko"], "seed": 1}, {"data.languages": ["en"], "seed": 2}]
    configs = expand(BASE, rows)
    assert [config.data.languages for config in configs] == [("en", "ko"), ("en",)]
    assert [c.name for c in configs] == ["base-languages_en_ko-seed_1", "base-languages_en-seed_2"]


def test_names_that_would_be_too_long_or_alike_are_numbered() -> None:
    long = replace(BASE, name="x" * 64)
    assert [c.name for c in expand(long, {"seed": [0, 1]})] == [
        "x" * 60 + "-001",
        "x" * 60 + "-002",
    ]
    alike = expand(BASE, {"student.start_from": ["a/b", "a.b"]})
    assert [config.name for config in alike] == ["base-001", "base-002"]


def test_keys_with_the_same_last_word_keep_their_group() -> None:
    grid = {"validation.every_steps": [1, 2], "student.layers": [1]}
    assert expand(BASE, grid)[0].name == "base-every_steps_1"
    rows = [{"loss.pointwise": "mse", "loss.metric": "cosine"}] * 1
    assert [config.name for config in expand(BASE, rows)] == ["base"]


@pytest.mark.parametrize(
    ("grid", "seeds", "sentence"),
    [
        ({"loss.h9_weight": [1]}, (), "h9_weight.*is not a known key"),
        ({"losses.h0_weight": [1]}, (), "losses is not a group of settings"),
        ({"loss.h0_weight": [0, -1]}, (), "loss.h0_weight=-1: loss.h0_weight"),
        ({"loss.h0_weight": [0.1, "0.1"]}, (), "loss.h0_weight=0.1 comes 2 times"),
        ({"seed": range(201)}, (), "more than 200 runs"),
        ({"seed": [1]}, (2,), "seed comes twice"),
        ({"loss.h0_weight": []}, (), "the sweep sets nothing"),
        ({}, (), "the sweep sets nothing"),
        ([{"seed": 1}, {"loss.h0_weight": 1}], (), "set different keys"),
        ({"name": ["a", "b"]}, (), "name is given by the sweep"),
    ],
)
def test_a_plan_that_cannot_run_is_refused_whole(
    launched: list[str], grid: Any, seeds: Any, sentence: str
) -> None:
    with pytest.raises(ConfigError, match=sentence):
        plan_sweep(BASE, grid, seeds=seeds)
    assert list_sweeps() == ()


def test_a_launched_sweep_is_found_again_with_its_runs(launched: list[str]) -> None:
    seen: list[str] = []
    sweep = launch_sweep(plan_sweep(BASE, GRID), on_launched=seen.append)
    assert sweep.runs == tuple(seen)
    assert read_sweep(sweep.id) == sweep
    assert list_sweeps() == (sweep,)
    assert sweep.keys == ("loss.h0_weight", "seed")
    assert launched == [f"{sweep.id}-{number}" for number in range(4)]


def test_an_interrupted_launch_goes_on_where_it_was(launched: list[str]) -> None:
    def interrupt(run: str) -> None:
        raise KeyboardInterrupt

    plan = plan_sweep(BASE, GRID)
    with pytest.raises(KeyboardInterrupt):
        launch_sweep(plan, on_launched=interrupt)
    half = read_sweep(plan.id)
    assert len(half.runs) == 1
    whole = launch_sweep(half)
    assert whole.runs[:1] == half.runs
    assert len(set(launched)) == len(launched) == 4


def test_an_unknown_or_damaged_sweep_is_one_sentence(launched: list[str], tmp_path: Path) -> None:
    sweep = launch_sweep(plan_sweep(BASE, {"seed": [1]}))
    with pytest.raises(RunError, match=f"no sweep '../x'; the latest are: {sweep.id}"):
        read_sweep("../x")
    (tmp_path / "runs" / "sweeps" / f"{sweep.id}.json").write_text('{"settings": []')
    with pytest.raises(RunError, match="its runs are untouched"):
        read_sweep(sweep.id)
    assert list_sweeps() == ()


def test_points_have_a_row_for_every_planned_run(launched: list[str], tmp_path: Path) -> None:
    sweep = launch_sweep(plan_sweep(BASE, GRID))
    folders = [tmp_path / "runs" / run for run in sweep.runs]
    end(folders[0], zero_shot_top1=30.0, wasserstein_h0_to_teacher=2.0)
    end(folders[1], "failed")
    append_event(folders[1], Event(4, 1.0, "validation", {"mean_reciprocal_rank": 0.5}))
    folders[2].rename(tmp_path / "moved")
    points = sweep_points(replace(sweep, runs=sweep.runs[:3]))
    assert list(points.columns) == ["loss.h0_weight", "seed", *MEASURED]
    assert points["state"].tolist() == ["finished", "failed", "missing", "planned"]
    assert points["loss.h0_weight"].tolist() == [0, 0, 0.1, 0.1]
    assert points["setting"].tolist() == ["loss.h0_weight = 0.0"] * 2 + ["loss.h0_weight = 0.1"] * 2
    assert points["accuracy"].tolist()[0] == 30.0
    assert points["accuracy"].isna().tolist() == [False, True, True, True]
    assert points["shape"].tolist()[0] == 2.0
    assert points["counts"].tolist() == [True, False, False, False]
    assert set(points["measure"]) == {"zero_shot_top1"}


def test_without_any_probe_the_validation_criterion_stands_in(
    launched: list[str], tmp_path: Path
) -> None:
    sweep = launch_sweep(plan_sweep(BASE, {}, seeds=[0, 1]))
    run = tmp_path / "runs" / sweep.runs[0]
    for step, rank in ((4, 0.25), (8, 0.5)):
        append_event(run, Event(step, 1.0, "validation", {"mean_reciprocal_rank": rank}))
    points = sweep_points(sweep)
    assert set(points["measure"]) == {"mean_reciprocal_rank"}
    assert points["accuracy"].tolist()[0] == 0.5
    assert points["setting"].tolist() == ["base", "base"]
    assert math.isnan(points["shape"][0])


def points_of(*rows: tuple[float, int, str, float, float]) -> pd.DataFrame:
    keys = ["loss.h0_weight", "seed", "state", "accuracy", "shape"]
    table = pd.DataFrame(rows, columns=keys)
    table["setting"] = table["loss.h0_weight"].astype(str)
    constant = {"run": "", "step": 8, "total": 8, "measure": "zero_shot_top1"}
    counts = table["state"] == "finished"
    return table.assign(**constant, weights_changed=False, counts=counts)


def test_the_trade_off_is_the_mean_over_seeds_with_its_t_interval() -> None:
    table = trade_off(
        points_of(
            (0.0, 0, "finished", 10.0, 3.0),
            (0.0, 1, "finished", 12.0, 5.0),
            (0.0, 2, "finished", 14.0, 4.0),
            (0.0, 3, "running", 99.0, 0.0),
            (0.1, 0, "finished", 11.0, 2.0),
            (0.2, 0, "queued", math.nan, math.nan),
        )
    )
    assert table["loss.h0_weight"].tolist() == [0.0, 0.1, 0.2]
    assert table["seeds"].tolist() == [3, 1, 0]
    assert table["accuracy"].tolist()[:2] == [12.0, 11.0]
    expected = stats.t.interval(0.95, 2, loc=12.0, scale=stats.sem([10.0, 12.0, 14.0]))
    assert (table["accuracy_low"][0], table["accuracy_high"][0]) == pytest.approx(expected)
    assert table["shape_low"].isna().tolist() == [False, True, True]
    assert table["pareto"].tolist() == [True, True, False]


def test_a_run_whose_weights_were_changed_does_not_count(
    launched: list[str], tmp_path: Path
) -> None:
    sweep = launch_sweep(plan_sweep(BASE, {"seed": [0, 1, 2]}))
    for number, run in enumerate(sweep.runs):
        end(tmp_path / "runs" / run, zero_shot_top1=number, wasserstein_h0_to_teacher=1.0)
    changed, refused = (tmp_path / "runs" / run for run in sweep.runs[:2])
    append_event(changed, Event(4, 1.0, "control", {"weights": {"h0_weight": 1.0}}))
    append_event(refused, Event(4, 1.0, "control", {"error": "h0_weight is below 0"}))
    points = sweep_points(sweep)
    assert points["weights_changed"].tolist() == [True, False, False]
    assert points["counts"].tolist() == [False, True, True]
    assert trade_off(points)[["seeds", "accuracy"]].to_numpy().tolist() == [[2, 1.5]]


def test_a_table_of_something_else_is_refused() -> None:
    with pytest.raises(InputError, match="the points lack setting, measure"):
        trade_off(points_of((0.0, 0, "finished", 1.0, 1.0)).drop(columns=["setting", "measure"]))


def test_the_front_holds_what_no_other_point_beats() -> None:
    accuracy = [5.0, 4.0, 5.0, 3.0, 9.0, np.nan, 5.0]
    shape = [2.0, 1.0, 3.0, 1.5, np.nan, 0.1, 2.0]
    expected = [True, True, False, False, False, False, True]
    assert pareto_front(accuracy, shape).tolist() == expected
    assert pareto_front([], []).tolist() == []


@given(st.lists(st.tuples(*[st.sampled_from([0.0, 1.0, 2.0, 3.0, math.nan])] * 2), max_size=12))
def test_the_front_equals_its_definition_with_ties_and_gaps(
    points: list[tuple[float, float]],
) -> None:
    known = [(up, down) for up, down in points if not math.isnan(up + down)]

    def beaten(up: float, down: float) -> bool:
        others = [point for point in known if point != (up, down)]
        return any(other >= up and shape <= down for other, shape in others)

    expected = [not math.isnan(up + down) and not beaten(up, down) for up, down in points]
    found = pareto_front([up for up, _ in points], [down for _, down in points])
    assert found.tolist() == expected
