"""What a run survives, and the sentence that it leaves when it does not."""

from __future__ import annotations

import dataclasses
import errno
import os
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import SafetensorError
from tiny_training import tiny_config, train_losses

import tomclip.runs.directory as directory
import tomclip.training.checkpoint as checkpoint
import tomclip.training.recording as recording
import tomclip.training.step as step
from tomclip.encoders.student import load_student_model
from tomclip.errors import RunError, TomclipError
from tomclip.runs import create_run, read_status
from tomclip.training import resume, train
from tomclip.training.device_lock import device_lock


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
    real = step.alignment_loss

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
            step, "alignment_loss", failing_at(5, step.alignment_loss, poisoned(term, value))
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
    monkeypatch.setattr(recording, "write_status", failing_at(3, real, full_disk))
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
