"""Outside trackers see what the run records, and never stand in its way."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from support.tiny_training import recorded, tiny_config, train_losses

from tomclip.core.errors import ConfigError
from tomclip.core.types import Event
from tomclip.training import train
from tomclip.training.worker.tracking import tracked_values

SHORT = {"steps": 2, "batch_size": 32}


class AcceleratorDouble:
    """Notes what it is told; raises in the calls named in `broken`."""

    calls: list[tuple[str, Any]]
    broken: tuple[str, ...] = ()

    def __init__(self, **options: Any) -> None:
        self._note("start", options)

    def init_trackers(self, name: str, *, config: dict[str, Any]) -> None:
        self._note("init_trackers", (name, config))

    def log(self, values: dict[str, float], *, step: int) -> None:
        self._note("log", (step, values))

    @property
    def trackers(self) -> list[AcceleratorDouble]:
        return [self]

    def finish(self) -> None:
        self._note("finish", None)

    def _note(self, call: str, what: Any) -> None:
        self.calls.append((call, what))
        if call in self.broken:
            raise ConnectionError(f"no {call} today")


@pytest.fixture
def double(monkeypatch: pytest.MonkeyPatch) -> type[AcceleratorDouble]:
    """Stands in for accelerate's `Accelerator`, with MLflow installed."""
    accelerator = type("Accelerator", (AcceleratorDouble,), {"calls": []})
    fake = {"accelerate": ModuleType("accelerate"), "accelerate.tracking": ModuleType("tracking")}
    fake["accelerate"].Accelerator = accelerator  # type: ignore[attr-defined]
    fake["accelerate.tracking"].get_available_trackers = lambda: ["mlflow"]  # type: ignore[attr-defined]
    for name, module in fake.items():
        monkeypatch.setitem(sys.modules, name, module)
    return accelerator


def test_no_tracker_is_loaded_by_default(tmp_path: Path, double: type[AcceleratorDouble]) -> None:
    train(tiny_config(optimiser=SHORT), directory=tmp_path / "run")
    assert double.calls == []


def test_a_tracker_is_told_the_configuration_and_every_event(
    tmp_path: Path, double: type[AcceleratorDouble]
) -> None:
    train(tiny_config(tracking="mlflow", optimiser=SHORT), directory=tmp_path / "run")
    names = [name for name, _ in double.calls]
    assert names == ["start", "init_trackers", *["log"] * 4, "finish"]
    assert double.calls[0][1] == {
        "log_with": "mlflow",
        "project_dir": tmp_path / "run" / "artifacts" / "tracking",
    }
    project, settings = double.calls[1][1]
    assert (project, settings["loss.h0_weight"], settings["data.languages"]) == (
        "tomclip",
        0.1,
        "['en', 'ko', 'de']",
    )
    logged = {
        (step, name): v
        for c, w in double.calls
        if c == "log"
        for step, vs in [w]
        for name, v in vs.items()
    }
    assert [logged[step, "train/total"] for step in (1, 2)] == train_losses(tmp_path / "run")
    assert (0, "validation/mean_reciprocal_rank") in logged


@pytest.mark.parametrize("call", ["start", "init_trackers", "log", "finish"])
def test_a_tracker_that_raises_is_recorded_once_and_training_goes_on(
    call: str, tmp_path: Path, double: type[AcceleratorDouble]
) -> None:
    double.broken = (call,)
    result = train(tiny_config(tracking="mlflow", optimiser=SHORT), directory=tmp_path / "run")
    assert result.state == "finished"
    assert [name for name, _ in double.calls].count(call) == 1
    errors = [event.values["error"] for event in recorded(tmp_path / "run", "tracking")]
    expected = [f"mlflow: ConnectionError: no {call} today"]
    assert errors == ([] if call == "finish" else expected)


@pytest.mark.parametrize(
    ("name", "advice"), [("tensorboard", r"tomclip\[trackers\]"), ("wandb", "accelerate wandb")]
)
def test_a_tracker_that_is_missing_is_told_before_anything_is_written(
    name: str, advice: str, tmp_path: Path, double: type[AcceleratorDouble]
) -> None:
    with pytest.raises(ConfigError, match=f"tracking is '{name}', which is not .*{advice}"):
        train(tiny_config(tracking=name), directory=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_without_accelerate_the_same_sentence_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "accelerate", None)
    monkeypatch.setitem(sys.modules, "accelerate.tracking", None)
    with pytest.raises(ConfigError, match="pip install"):
        train(tiny_config(tracking="tensorboard"), directory=tmp_path / "run")


def test_only_finite_numbers_are_tracked_under_their_split() -> None:
    values = {"total": 1, "error": "no", "bad": float("nan"), "weights": {"h0_weight": 0.5}}
    assert tracked_values(Event(3, 0.1, "control", values)) == {
        "control/total": 1.0,
        "control/weights.h0_weight": 0.5,
    }


def test_tensorboard_reads_the_losses_that_the_run_recorded(tmp_path: Path) -> None:
    pytest.importorskip("accelerate")
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    run = tmp_path / "run"
    train(tiny_config(tracking="tensorboard", optimiser=SHORT), directory=run)
    train(tiny_config(optimiser=SHORT), directory=tmp_path / "plain")
    assert train_losses(run) == train_losses(tmp_path / "plain")
    assert recorded(run, "tracking") == []
    written = EventAccumulator(str(run / "artifacts" / "tracking" / "tomclip"))
    written.Reload()
    scalars = [(s.step, s.value) for s in written.Scalars("train/total")]
    assert scalars == [
        (1, pytest.approx(train_losses(run)[0])),
        (2, pytest.approx(train_losses(run)[1])),
    ]
