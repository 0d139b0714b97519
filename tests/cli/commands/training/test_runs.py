"""The commands below `tomclip runs`, and one real training process."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import yaml
from support.checkout import ROOT
from support.command_line import refuse, succeed, tomclip
from support.fake_worker import fake_command, wait_for
from support.tiny_encoders import write_teacher
from support.tiny_training import END_TO_END as CONFIG

from tomclip import training
from tomclip.config import load_config, parse_config
from tomclip.core.errors import RunError
from tomclip.runs import (
    active_runs,
    advance_queue,
    create_run,
    launch,
    log_tail,
    observed_state,
    queue_position,
    read_events,
    resume_run,
    stop_run,
)
from tomclip.runs.jobs import launcher
from tomclip.runs.jobs.device_lock import device_lock
from tomclip.runs.jobs.queue import Ticket, write_ticket


def test_runs_are_started_stopped_and_continued_by_their_id(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launcher, "train_command", lambda _, path: fake_command(path))
    file = tmp_path / "tiny.yaml"
    file.write_text(yaml.safe_dump({"name": "tiny", "device": "cpu"}))
    assert succeed("runs", "start", "--config", file).endswith(": started\n")
    (path,) = active_runs()
    assert succeed("runs", "start", "--config", file, "--name", "next").endswith(
        ": number 1 in the queue\n"
    )
    (waiting,) = (run for run in runs.iterdir() if "-next-" in run.name)
    succeed("runs", "stop", waiting.name)
    wait_for(lambda: observed_state(path).state == "running")
    assert "running" in succeed("runs", "list")
    assert "stop it first" in refuse("runs", "kill", path.name)
    succeed("runs", "stop", path.name)
    wait_for(lambda: observed_state(path).state == "cancelled" and not active_runs())
    assert "continues" in succeed("runs", "resume", path.name)
    assert "holds no status.json" in refuse("runs", "stop", "no-such-run")


def test_training_that_ends_starts_the_next_run_however_it_ended(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RunError("the loss is NaN")

    monkeypatch.setattr(training, "train", fail)
    monkeypatch.setattr(launcher, "train_command", lambda _, path: fake_command(path))
    (tmp_path / "tiny.yaml").write_text(yaml.safe_dump({"device": "cpu"}))
    waiting = create_run(parse_config({"device": "cpu"})).path
    write_ticket(waiting, Ticket(1))
    assert "the loss is NaN" in refuse("train", "--config", tmp_path / "tiny.yaml")
    assert active_runs() == [waiting]


def test_a_damaged_run_and_one_that_cannot_start_are_listed_with_the_reason(runs: Path) -> None:
    damaged, stuck = (create_run(parse_config({"name": name})).path for name in ("one", "two"))
    (damaged / "status.json").write_text("{")
    write_ticket(stuck, Ticket(1))
    (stuck / "log.txt").mkdir()
    result = tomclip("runs", "list")
    assert result.exit_code == 0
    assert "damaged" in result.stdout
    assert f"{damaged.name}: " in result.stderr
    assert "two cannot be written" in result.stderr.replace(stuck.name, "two")
    rows = json.loads(tomclip("runs", "list", "--json").stdout)
    assert {row["observed"] for row in rows} == {"damaged", "queued"}


def test_a_real_run_is_stopped_and_goes_on_to_its_end(runs: Path, tmp_path: Path) -> None:
    teacher = write_teacher(tmp_path / "teacher")
    changes = {
        "teacher": str(teacher),
        "device": "cpu",
        "optimiser": {"steps": 20_000, "batch_size": 16, "warmup_steps": 0},
        "validation": {"every_steps": 20_000},
    }
    path = launch(parse_config({**CONFIG, **changes})).path
    wait_for(lambda: len(read_events(path)) > 2 or observed_state(path).state == "lost")
    stop_run(path)
    wait_for(lambda: not active_runs())
    seen = observed_state(path)
    assert (seen.state, seen.status.exit_code) == ("cancelled", 0), seen
    assert 0 < seen.status.step < 20_000
    resume_run(path)
    wait_for(lambda: observed_state(path).status.step > seen.status.step)
    stop_run(path)
    wait_for(lambda: not active_runs())
    steps = [event.step for event in read_events(path) if event.split == "train"]
    assert steps == list(range(1, len(steps) + 1))
    assert log_tail(path).count("stopped at step") == 2


def test_a_worker_that_finds_its_device_taken_waits_its_turn(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher = str(write_teacher(tmp_path / "teacher"))
    with device_lock("cpu", "by hand"):
        with monkeypatch.context() as patch:
            patch.setattr(launcher, "is_device_locked", lambda *_: False)
            path = launch(parse_config({**CONFIG, "teacher": teacher, "device": "cpu"})).path
        wait_for(lambda: not active_runs())
        assert (observed_state(path).state, queue_position(path)) == ("queued", 1)
        assert f"'by hand' (process {os.getpid()})" in log_tail(path)
        assert "is back in the queue" in " ".join(log_tail(path).split())
    advance_queue()
    assert active_runs() == [path]


def test_runs_are_listed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TOMCLIP_RUNS", str(tmp_path))
    assert "no runs in" in tomclip("runs", "list").stdout
    run = create_run(load_config(ROOT / "configs" / "emoji_small.yaml"))
    assert run.id[:20] in tomclip("runs", "list").stdout
    (values,) = json.loads(tomclip("runs", "list", "--json").stdout)
    assert (values["id"], values["state"], values["config"]["seed"]) == (run.id, "queued", 0)
