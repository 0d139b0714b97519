"""A task that a session registers is a data set of the command line like those that ship."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.command_line import succeed, tomclip
from support.own_task import RoadSigns

from tomclip.cli.task_names import completed_names
from tomclip.evaluation import evaluate, register_task
from tomclip.evaluation.tasks import registry

pytestmark = pytest.mark.usefixtures("doubles")


@pytest.fixture(autouse=True)
def road_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_OWN", {})
    register_task(RoadSigns())


def test_it_is_evaluated_by_its_name(tmp_path: Path) -> None:
    target, rows = tmp_path / "report.json", tmp_path / "rows.jsonl"
    output = succeed(
        *("evaluate", "--encoder", "baseline", "--data", "road signs"),
        *("--json", target, "--clip-benchmark", rows),
    )
    assert "baseline, road signs, 48 photographs" in output
    expected = evaluate("baseline", RoadSigns())
    assert json.loads(target.read_text()) == json.loads(json.dumps(expected.to_dict()))
    assert len(rows.read_text().splitlines()) == 2


def test_encoders_are_compared_on_it(tmp_path: Path) -> None:
    target = tmp_path / "differences.json"
    succeed(
        *("compare", "--baseline", "baseline", "--encoder", "better", "--data", "road signs"),
        *("--languages", "de", "--no-shape", "--json", target),
    )
    values = json.loads(target.read_text())
    assert values["data"] == "road signs"
    found = {(row["name"], row["language"]): row["difference"] for row in values["differences"]}
    assert found["zero_shot_top1", "de"] > 0


@pytest.mark.parametrize("command", ["evaluate", "compare"])
def test_help_and_shells_name_it_beside_those_that_ship(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("typer.rich_utils.MAX_WIDTH", 400)
    shipped = "emoji|cifar100|xflickr_co|xtd10|crossmodal_3600|babel_imagenet|icons"
    assert f"{shipped}|road signs" in succeed(command, "--help")
    assert completed_names("ro") == ["road signs"]
    assert completed_names("x") == ["xflickr_co", "xtd10"]


def test_an_unknown_name_lists_it() -> None:
    result = tomclip("evaluate", "--encoder", "baseline", "--data", "signs")
    assert result.exit_code == 2
    assert "'signs' is not one of 'emoji'" in result.stderr
    assert "signs'." in result.stderr


def test_an_option_of_another_data_set_is_refused() -> None:
    result = tomclip(
        "evaluate", "--encoder", "baseline", "--data", "road signs", "--directory", "."
    )
    assert result.exit_code == 2
    assert "--directory is for benchmarks; leave it out with --data road signs" in result.stderr
