"""The sweep command: the plan it shows, what it launches, how it ends and how it goes on."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support.checkout import RECIPE
from support.command_line import refuse, succeed, tomclip

from tomclip.cli.commands.training import sweep as command
from tomclip.config import TrainConfig
from tomclip.core.types import Event
from tomclip.runs import append_event, create_run, list_runs
from tomclip.runs.jobs import launcher
from tomclip.runs.status import read_status, write_status
from tomclip.runs.sweeps import sweep as sweeps
from tomclip.runs.sweeps.sweep import list_sweeps

pytestmark = pytest.mark.usefixtures("finishing_queue")

GRID = ("sweep", "--config", RECIPE, "--grid", "loss.h0_weight=0,0.1", "--grid", "seed=0,1")


@pytest.fixture
def finishing_queue(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every turn of the queue finishes the oldest waiting run."""
    monkeypatch.setattr(command, "POLL_SECONDS", 0.0)

    def launch(config: TrainConfig, *, token: str) -> SimpleNamespace:
        run = create_run(config)
        return SimpleNamespace(id=run.id, path=run.path)

    monkeypatch.setattr(sweeps, "launch", launch)
    monkeypatch.setattr(launcher, "advance_queue", finish_one)


def finish_one(state: Any = "finished") -> None:
    """Ends one queued run; its accuracy is 10 + seed and its shape 2 - weight."""
    waiting = [run for run in list_runs() if run.state == "queued"]
    if waiting:
        run = waiting[-1]
        scores = {
            "zero_shot_top1": 10.0 + run.config["seed"],
            "wasserstein_h0_to_teacher": 2.0 - run.config["loss"]["h0_weight"],
        }
        append_event(run.path, Event(300, 1.0, "probe", scores))
        write_status(run.path, replace(read_status(run.path), state=state, step=300))


def test_a_dry_run_shows_the_plan_and_launches_nothing(runs: Path) -> None:
    shown = succeed(*GRID, "--dry-run")
    assert "-h0_weight_0_1-seed_1: loss.h0_weight = 0.1, seed = 1" in shown
    assert "4 runs, at most 2,000 steps" in shown
    assert (list_runs(), list_sweeps()) == ((), ())


def test_a_sweep_waits_for_all_runs_and_shows_the_trade_off(runs: Path) -> None:
    shown = succeed(*GRID)
    assert {run.state for run in list_runs()} == {"finished"}
    assert [len(sweep.runs) for sweep in list_sweeps()] == [4]
    lines = [line.split() for line in shown.splitlines() if "loss.h0_weight" in line]
    assert [line[-1] for line in lines[-2:]] == ["2]", "yes"]
    assert "10.5 [4.147, 16.85]" in shown


def test_the_result_as_json_has_a_row_per_run_and_per_setting(runs: Path, tmp_path: Path) -> None:
    target = tmp_path / "sweep.json"
    succeed(*GRID, "--json", target, "--set", "optimiser.steps=5")
    result = json.loads(target.read_text())
    assert [row["accuracy"] for row in result["points"]] == [10.0, 11.0, 10.0, 11.0]
    assert [row["pareto"] for row in result["trade_off"]] == [False, True]
    (stored,) = list_sweeps()
    assert (result["sweep"], stored.base["optimiser"]["steps"]) == (stored.id, 5)
    assert "exists" in refuse(*GRID, "--json", target)


def test_values_side_by_side_make_one_run_each(runs: Path) -> None:
    shown = succeed(*GRID, "--list", "--dry-run")
    assert "2 runs" in shown
    assert "loss.h0_weight = 0.1, seed = 1" in shown


def test_without_waiting_the_runs_are_queued_and_the_way_on_is_said(runs: Path) -> None:
    result = tomclip(*GRID, "--no-wait")
    assert result.exit_code == 0
    (stored,) = list_sweeps()
    assert f"tomclip sweep --continue {stored.id}" in result.stderr
    assert [run.state for run in list_runs()] == ["queued"] * 4
    succeed("sweep", "--continue", stored.id)
    assert [run.state for run in list_runs()] == ["finished"] * 4


def test_ctrl_c_leaves_the_runs_and_says_how_to_go_on(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(launcher, "advance_queue", interrupt)
    result = tomclip(*GRID)
    assert result.exit_code == 130
    assert f"tomclip sweep --continue {list_sweeps()[0].id}" in result.stderr
    assert [run.state for run in list_runs()] == ["queued"] * 4


def test_a_failed_run_is_named_and_the_exit_code_is_1(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launcher, "advance_queue", lambda: finish_one("failed"))
    result = tomclip(*GRID)
    assert result.exit_code == 1
    assert result.stderr.count(": failed") == 4


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "give --config and --grid"),
        (("--config", RECIPE), "give --config and --grid"),
        (("--continue", "x", "--config", RECIPE), "leave the others out"),
        (("--continue", "x"), "there is no sweep 'x'; the latest are: none"),
        (("--config", RECIPE, "--grid", "seed"), "write key=value,value"),
        (("--config", RECIPE, "--grid", "seed="), "write key=value,value"),
        (("--config", RECIPE, "--grid", "seed=[1"), "not YAML"),
        (("--config", RECIPE, "--grid", "seed=1", "--grid", "seed=2"), "names seed twice"),
        (("--config", RECIPE, "--grid", "loss.h0=1,2"), "is not a known key"),
        (
            ("--config", RECIPE, "--list", "--grid", "seed=1,2", "--grid", "loss.h0_weight=1"),
            "seed has 2, loss.h0_weight has 1",
        ),
    ],
)
def test_what_is_no_plan_is_refused(
    runs: Path, arguments: tuple[object, ...], sentence: str
) -> None:
    assert sentence in refuse("sweep", *arguments)


def test_lists_are_values_too() -> None:
    grid = command.parse_grid(["data.languages=[en, ko],[en]", "loss.recipe=exact,paper"])
    assert grid == {"data.languages": [["en", "ko"], ["en"]], "loss.recipe": ["exact", "paper"]}
