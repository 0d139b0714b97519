"""What a run survives, and the sentence that it leaves when it does not."""

from __future__ import annotations

import dataclasses
import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
import torch
from safetensors import SafetensorError
from support.tiny_training import tiny_config, train_losses

import tomclip.runs.directory as directory
import tomclip.training.checkpoint as checkpoint
import tomclip.training.objective as objective
import tomclip.training.step as step
import tomclip.training.worker.recording as recording
from tomclip.core.errors import RunError, TomclipError
from tomclip.core.types import Event
from tomclip.encoders.student.encoder import load_student_model
from tomclip.runs import (
    RunDirectory,
    RunStatus,
    create_run,
    observed_state,
    queue_position,
    read_events,
    read_status,
    write_status,
)
from tomclip.runs.jobs.device_lock import DeviceBusy, device_lock
from tomclip.runs.jobs.processes import handle_of, write_handle
from tomclip.runs.jobs.queue import Ticket, device_of, read_ticket, write_ticket
from tomclip.training import resume, train
from tomclip.training.worker.recording import Recorder
from tomclip.training.worker.tracking import Tracker


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[float]:
    """The losses of the run that nothing happened to."""
    run = tmp_path_factory.mktemp("whole") / "run"
    train(tiny_config(), directory=run)
    return train_losses(run)


def full_disk(*_: Any, **__: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def read_only(*_: Any, **__: Any) -> None:
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def failing_at(call: int, real: Any, fail: Any) -> Any:
    """Returns `real`, but its call number `call`, from 1, and later ones are `fail`."""
    calls = iter(range(1, 1000))
    return lambda *a, **k: (fail if next(calls) >= call else real)(*a, **k)


def poisoned(name: str, value: float) -> Any:
    real = objective.alignment_loss

    def terms(*arguments: Any, **options: Any) -> Any:
        terms = real(*arguments, **options)
        bad = {name: getattr(terms, name) * value, "total": terms.total * value}
        return dataclasses.replace(terms, **bad)

    return terms


@pytest.mark.parametrize(
    ("term", "value"),
    [("topological_h0", float("nan")), ("pointwise", float("inf"))],
)
def test_a_loss_that_is_no_number_fails_the_run_which_can_be_resumed(
    term: str, value: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: list[float]
) -> None:
    run = tmp_path / "run"
    with monkeypatch.context() as patch:
        patch.setattr(
            objective,
            "alignment_loss",
            failing_at(5, objective.alignment_loss, poisoned(term, value)),
        )
        with pytest.raises(
            RunError, match=f"'{term}' became {value} at step 5; lower loss weights"
        ):
            train(tiny_config(), directory=run)
    status = read_status(run)
    assert (status.state, status.step, status.exit_code) == ("failed", 4, 1)
    assert f"'{term}' became {value} at step 5" in (status.error or "")
    load_student_model(run / "checkpoints" / "latest")
    assert resume(run).state == "finished"
    assert train_losses(run) == whole


def test_a_gradient_that_is_no_number_never_reaches_the_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.nn.utils, "clip_grad_norm_", lambda *_: torch.tensor(float("nan")))
    with pytest.raises(RunError, match="the gradient's norm became nan at step 1"):
        train(tiny_config(), directory=tmp_path / "run")


def test_a_student_that_diverged_is_told_by_its_vectors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = step.embed_by_length
    monkeypatch.setattr(step, "embed_by_length", lambda *a: real(*a) * float("nan"))
    with pytest.raises(RunError, match=r"no loss term .* at step 1, since the student .*NaN"):
        train(tiny_config(), directory=tmp_path / "run")
    assert read_status(tmp_path / "run").state == "failed"


@pytest.mark.parametrize(
    ("writer", "error"),
    [
        ("save_student", OSError(errno.ENOSPC, "No space left on device")),
        ("save_student", SafetensorError("I/O error: No space left on device (os error 28)")),
        ("torch.save", OSError(errno.ENOSPC, "No space left on device")),
        ("torch.save", RuntimeError("PytorchStreamWriter failed: No space left on device")),
    ],
)
def test_a_disk_that_fills_up_at_a_checkpoint_leaves_the_previous_one(
    writer: str,
    error: Exception,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    whole: list[float],
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    run, checkpoints = tmp_path / "run", tmp_path / "run" / "checkpoints"
    owner, name = (torch, "save") if writer == "torch.save" else (checkpoint, writer)
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, failing_at(2, getattr(owner, name), fail))
        with pytest.raises(RunError, match=r"step_3 cannot be written \(.*No space left"):
            train(tiny_config(), directory=run)
    status = read_status(run)
    assert status.state == "failed"
    assert "No space left on device" in (status.error or "")
    assert sorted(path.name for path in checkpoints.iterdir()) == ["best", "latest", "step_0"]
    assert resume(run).state == "finished"
    assert train_losses(run) == whole


def test_a_disk_that_fills_up_at_an_event_fails_the_run_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: list[float]
) -> None:
    run = tmp_path / "run"
    with monkeypatch.context() as patch:
        patch.setattr(recording, "append_event", failing_at(4, recording.append_event, full_disk))
        with pytest.raises(RunError, match=r"cannot be written \(No space left"):
            train(tiny_config(), directory=run)
    assert read_status(run).state == "failed"
    resume(run)
    assert train_losses(run) == whole


def test_a_status_that_cannot_be_written_is_one_sentence_and_hides_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(recording, "append_event", full_disk)
    real = recording.write_status
    monkeypatch.setattr(recording, "write_status", failing_at(5, real, full_disk))
    with pytest.raises(RunError, match=r"cannot be written \(No space left"):
        train(tiny_config(), directory=tmp_path / "run")
    assert read_status(tmp_path / "run").state == "running"
    assert "which cannot be recorded" in caplog.text


def test_a_folder_that_may_only_be_read_is_one_sentence_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "write_json_atomically", read_only)
    with pytest.raises(RunError, match=r"run cannot be written \(Permission denied"):
        train(tiny_config(), directory=tmp_path / "run")


def test_a_folder_that_may_only_be_read_is_one_sentence_on_resume(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "run"
    train(tiny_config(), directory=run, should_stop=lambda: True)
    monkeypatch.setattr(recording, "write_status", read_only)
    with pytest.raises(RunError, match=r"run cannot be written \(Permission denied"):
        resume(run)
    assert read_status(run).state == "cancelled"


def test_a_half_line_that_a_crash_left_is_written_anew_by_a_resume(
    tmp_path: Path, whole: list[float]
) -> None:
    run = tmp_path / "run"
    train(tiny_config(), directory=run, should_stop=lambda: True)
    with (run / "metrics.jsonl").open("a") as stream:
        stream.write('{"step": 2, "epoch": 0.1, "spl')
    resume(run)
    assert train_losses(run) == whole


def test_what_a_killed_worker_left_half_written_is_cleared_away(tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(tiny_config(), directory=run, should_stop=lambda: True)
    for name in (".step_3.partial", "..step_3.partial-abc", "step_3"):
        (run / "checkpoints" / name).mkdir()
    resume(run)
    names = {path.name for path in (run / "checkpoints").iterdir()}
    assert {name for name in names if name.startswith(".")} == set()
    load_student_model(run / "checkpoints" / "latest")


def test_a_prepared_run_is_taken_up_and_a_started_one_refused(tmp_path: Path) -> None:
    config = tiny_config(optimiser={"steps": 1, "batch_size": 32})
    run = create_run(config, directory=tmp_path / "run")
    assert train(config, directory=run.path).state == "finished"
    with pytest.raises(RunError, match="not empty"):
        train(config, directory=run.path)
    queued = create_run(config, directory=tmp_path / "queued")
    with pytest.raises(RunError, match="another configuration"):
        train(tiny_config(seed=9), directory=queued.path)
    assert read_status(queued.path).state == "queued"


def test_a_device_serves_one_run_and_names_it_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tiny_config(optimiser={"steps": 1, "batch_size": 32})
    monkeypatch.setenv("TOMCLIP_RUNS", str(tmp_path / "runs"))
    with device_lock("cpu", "first"):
        with pytest.raises(RunError, match=rf"cpu is in use by the run 'first' .*{os.getpid()}"):
            train(config, directory=tmp_path / "second")
        assert not (tmp_path / "second").exists()
        with device_lock("cuda", "elsewhere"):
            monkeypatch.setenv("TOMCLIP_RUNS", str(tmp_path / "other"))
            assert train(config, directory=tmp_path / "third").state == "finished"
    monkeypatch.setenv("TOMCLIP_RUNS", str(tmp_path / "runs"))
    assert train(config, directory=tmp_path / "second").state == "finished"


def test_a_device_is_free_again_after_a_run_that_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOMCLIP_RUNS", str(tmp_path / "runs"))
    with pytest.raises(ZeroDivisionError), device_lock("cpu", "first"):
        raise ZeroDivisionError
    with device_lock("cpu", "second"):
        assert (tmp_path / "runs" / ".locks" / "cpu.lock").exists()


def test_a_runs_folder_that_holds_no_lock_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TOMCLIP_RUNS", str(tmp_path / "file"))
    with pytest.raises(RunError, match="name another runs folder in TOMCLIP_RUNS"):
        train(tiny_config(), directory=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_queued_run_that_is_refused_before_it_starts_is_failed_with_the_reason(
    tmp_path: Path,
) -> None:
    config = dataclasses.replace(tiny_config(), teacher="nobody")
    run = create_run(config, device="cpu", directory=tmp_path / "run")
    with pytest.raises(TomclipError):
        train(config, directory=run.path)
    status = read_status(run.path)
    assert (status.state, status.exit_code) == ("failed", 1)
    assert "nobody" in str(status.error)


@pytest.fixture
def taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunDirectory]:
    """A run that the launcher started, whose device somebody else took meanwhile."""
    monkeypatch.setenv("TOMCLIP_RUNS", str(tmp_path / "runs"))
    run = create_run(tiny_config(device="cpu"), device="cuda")
    write_handle(run.path, handle_of(os.getpid()))
    with device_lock("cpu", "by hand"):
        yield run


def test_a_run_from_the_queue_that_finds_its_device_taken_goes_back_to_its_place(
    taken: RunDirectory,
) -> None:
    write_ticket(taken.path, Ticket(7, "wish", waiting=False))
    with pytest.raises(DeviceBusy, match=f"by hand.*{taken.id} is back in the queue"):
        train(taken.config(), directory=taken.path)
    assert read_ticket(taken.path) == Ticket(7, "wish", waiting=True)
    assert observed_state(taken.path).state == "queued"
    assert queue_position(taken.path) == 1
    assert device_of(taken.path) == "cpu"


def test_a_continued_run_from_the_queue_goes_back_as_well(taken: RunDirectory) -> None:
    write_ticket(taken.path, Ticket(7, waiting=False))
    with pytest.raises(DeviceBusy, match="back in the queue"):
        resume(taken.path)
    assert queue_position(taken.path) == 1


def test_a_run_started_by_hand_or_cancelled_meanwhile_does_not_go_to_the_queue(
    taken: RunDirectory,
) -> None:
    with pytest.raises(DeviceBusy, match=r"queue this run$"):
        train(taken.config(), directory=taken.path)
    write_ticket(taken.path, Ticket(7, waiting=False))
    write_status(taken.path, RunStatus("cancelled"))
    with pytest.raises(DeviceBusy, match=r"queue this run$"):
        resume(taken.path)
    assert read_ticket(taken.path) == Ticket(7, waiting=False)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits the size of files")
def test_a_checkpoint_that_the_system_cuts_off_leaves_the_previous_one(
    tmp_path: Path, whole: list[float]
) -> None:
    import resource

    run, (_, hard) = tmp_path / "run", resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill_up(event: Event) -> None:
        if event.step == 2:
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))

    try:
        with pytest.raises(RunError, match="step_3 cannot be written"):
            train(tiny_config(), directory=run, on_event=fill_up)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    status, names = read_status(run), sorted(path.name for path in run.glob("checkpoints/*"))
    assert (status.state, status.step) == ("failed", 3)
    assert "File too large" in str(status.error)
    assert names == ["best", "latest", "step_0"]
    load_student_model(run / "checkpoints" / "latest")
    assert resume(run).state == "finished"
    assert train_losses(run) == whole


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX has modes of folders")
def test_a_run_whose_folders_may_only_be_read_is_one_sentence_and_stays_as_it_was(
    tmp_path: Path,
) -> None:
    run = tmp_path / "run"
    train(tiny_config(device="cpu"), directory=run, should_stop=lambda: True)
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    folders = [run, *(path for path in run.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    command = [sys.executable, "-m", "tomclip", "train", "--resume", str(run)]
    refused = subprocess.run(
        [*without_privilege(), *command], capture_output=True, text=True, timeout=120
    )
    for folder in folders:
        folder.chmod(0o755)
    assert refused.returncode == 2
    said = "".join(refused.stderr.split())
    assert f"{run}cannotbewritten(Permissiondenied)" in said
    assert "Traceback" not in said
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == before


def without_privilege() -> list[str]:
    """Returns what runs a command without root's privilege to write where modes forbid it."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root may write everywhere and setpriv is not there")
    return ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"]


def test_measurements_record_the_memory_of_the_card_and_steps_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = SimpleNamespace(total_memory=80_000)
    asked = iter(range(1000, 2000))
    monkeypatch.setattr(torch.cuda, "current_device", lambda: 1)
    monkeypatch.setattr(torch.cuda, "max_memory_allocated", lambda device: next(asked) + device)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: card)
    monkeypatch.setattr(torch.cuda, "synchronize", lambda *_: pytest.fail("waited for the GPU"))
    run = create_run(tiny_config(), directory=tmp_path / "run")
    recorder = Recorder(run, 6, Tracker(run, tiny_config()), None, "cuda")
    for split in ("train", "validation", "train", "probe"):
        recorder.record(Event(1, 0.5, split, {"total": 1.0}))
    recorded = [event.values for event in read_events(run.path)]
    assert recorded[0] == recorded[2] == {"total": 1.0}
    assert recorded[1] == {"total": 1.0, "memory_bytes": 1001, "memory_total_bytes": 80_000}
    assert recorded[3]["memory_bytes"] == 1002


def test_on_the_cpu_the_memory_is_that_of_the_process(tmp_path: Path) -> None:
    train(tiny_config(device="cpu"), directory=tmp_path / "run")
    for event in read_events(tmp_path / "run"):
        used = event.values.get("memory_bytes", 0)
        assert (used > 50e6) is (event.split == "validation")
        assert used < 2 * psutil.Process().memory_info().rss
