"""What a run says of itself before its first step, and when it is taken up again."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from support.tiny_training import tiny_config

from tomclip.encoders import TextEncoder
from tomclip.runs import RunDirectory, RunStatus, create_run, read_status, run_summary, write_status
from tomclip.runs.status import announce_phase, working_seconds
from tomclip.training import resume, train
from tomclip.training.probe import LightPace
from tomclip.training.worker import recording
from tomclip.training.worker.tracking import Tracker

PROBED = {"every_steps": 3, "probe_every_steps": 6}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[RunStatus]:
    """Every status that a worker of this test wrote, in order."""
    statuses: list[RunStatus] = []

    def keep(directory: Path, status: RunStatus) -> None:
        statuses.append(status)
        write_status(directory, status)

    monkeypatch.setattr(recording, "write_status", keep)
    return statuses


def test_a_starting_run_names_what_it_does(told: list[RunStatus], tmp_path: Path) -> None:
    config = tiny_config(validation=PROBED)
    train(config, directory=tmp_path / "run", probe=lambda *_: {"zero_shot_top1": 1.0})
    phases = [(status.state, status.phase) for status in told if status.step == 0]
    assert phases[:4] == [
        ("starting", "preparing"),
        ("starting", "student"),
        ("starting", "teacher's vectors"),
        ("running", ""),
    ]
    assert ("running", "first probe") in phases
    assert ("running", "validation") in phases
    assert ("running", "probe", 6) in [(one.state, one.phase, one.step) for one in told]
    assert (told[-1].state, told[-1].phase) == ("finished", "")


def test_a_resumed_run_never_says_that_it_is_at_its_first_step(
    told: list[RunStatus], tmp_path: Path
) -> None:
    steps = iter([False, False, False, True])
    stopped = train(tiny_config(), directory=tmp_path / "run", should_stop=lambda: next(steps))
    told.clear()
    resume(tmp_path / "run")
    assert stopped.step == 4
    assert {status.step for status in told if status.state == "starting"} == {4}
    assert told[0].best_step == stopped.best_step


def test_the_time_of_a_resumed_run_counts_all_sittings(tmp_path: Path) -> None:
    steps = iter([False, False, False, True])
    run = train(tiny_config(), directory=tmp_path / "run", should_stop=lambda: next(steps)).run.path
    times: dict[str, Any] = {
        "started_at": "2025-01-31T12:00:00+00:00",
        "heartbeat_at": "2025-01-31T12:05:00+00:00",
        "finished_at": None,
    }
    write_status(run, RunStatus("cancelled", step=4, total=6, **times))
    resume(run)
    assert read_status(run).earlier_seconds == 300.0
    assert run_summary(run).duration_seconds >= 300.0


def test_a_run_that_begins_anew_counts_no_earlier_time(tmp_path: Path) -> None:
    run = create_run(tiny_config(), directory=tmp_path / "run").path
    times: dict[str, Any] = {
        "started_at": "2025-01-31T12:00:00+00:00",
        "heartbeat_at": "2025-01-31T12:05:00+00:00",
    }
    write_status(run, RunStatus("queued", total=6, **times))
    train(tiny_config(), directory=run)
    assert read_status(run).earlier_seconds == 0.0
    assert working_seconds(read_status(run)) < 300.0


def test_a_phase_before_the_worker_is_told_of_a_queued_run_only(tmp_path: Path) -> None:
    run = create_run(tiny_config(), directory=tmp_path / "run").path
    announce_phase(run, "loading torch")
    assert (read_status(run).state, read_status(run).phase) == ("queued", "loading torch")
    write_status(run, RunStatus("cancelled"))
    announce_phase(run, "loading torch")
    assert read_status(run).phase == ""


def test_a_phase_that_lasts_says_now_and_then_that_the_run_is_alive(
    told: list[RunStatus], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = (f"2025-01-31T12:{minute:02d}:00+00:00" for minute in range(60))
    monkeypatch.setattr(recording, "utc_now", lambda: next(moments))
    run = create_run(tiny_config(), directory=tmp_path / "run")
    recorder = recording.Recorder(run, 6, Tracker(run, tiny_config()), None, "cpu")
    recorder.still_in_phase()
    assert told == []
    recorder.declare("running", 0, None, phase="first probe")
    recorder.still_in_phase()
    assert [one.phase for one in told] == ["first probe"] * 2
    assert told[0].heartbeat_at != told[1].heartbeat_at
    recorder.declare("running", 1, None)
    recorder.still_in_phase()
    assert len(told) == 3


def test_the_beat_comes_from_another_thread_until_the_work_ends() -> None:
    beats: list[str] = []
    enough = threading.Event()

    def beat() -> None:
        beats.append(threading.current_thread().name)
        if len(beats) == 1:
            raise OSError("the disk is full")
        enough.set()

    with recording.beating(beat, every=0.001):
        assert enough.wait(60)
    after = len(beats)
    assert set(beats) == {"heartbeat"}
    assert "heartbeat" not in {thread.name for thread in threading.enumerate()}
    assert len(beats) == after


class LightProbe:
    """A probe whose light part keeps what the run said of itself when it was asked."""

    def __init__(self) -> None:
        self.statuses: list[RunStatus] = []

    def __call__(self, *_: object) -> dict[str, dict[str, float]]:
        return {}

    def light(
        self, student: TextEncoder, step: int, run: RunDirectory
    ) -> dict[str, dict[str, float]]:
        self.statuses.append(read_status(run.path))
        return {"zero_shot_top1": {"en": 1.0}}


def test_the_first_light_probe_of_a_sitting_is_a_phase_and_later_ones_are_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LightPace, "is_due", lambda _: True)
    validation = {"probe_every_steps": 100, "light_probe_share": 0.5}
    config, steps = tiny_config(validation=validation), iter([False, True])
    run = tmp_path / "run"
    train(config, directory=run, should_stop=lambda: next(steps), probe=(begun := LightProbe()))
    resume(run, probe=(resumed := LightProbe()))
    assert [one.state for one in begun.statuses[:2]] == ["starting", "running"]
    assert resumed.statuses[0].state == "running"
    for first, *later in (begun.statuses, resumed.statuses):
        assert first.phase == "first accuracy"
        assert later
        assert "first accuracy" not in {one.phase for one in later}
