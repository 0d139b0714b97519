"""Begins a run from a configuration, or goes on with one: the way in to training."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from tomclip.config import TrainConfig
from tomclip.core.errors import RunError, TomclipError
from tomclip.core.paths import runs_directory
from tomclip.core.types import Event
from tomclip.encoders.device import choose_device
from tomclip.evaluation.probe import unseen_probe
from tomclip.runs import RunDirectory, claim_run, open_run, read_status, write_status
from tomclip.runs.directory import unique_name
from tomclip.runs.jobs.device_lock import DeviceBusy, device_lock
from tomclip.runs.jobs.queue import return_to_queue
from tomclip.runs.status import utc_now
from tomclip.training.checkpoint import load_training_state
from tomclip.training.hardware.distributed import Processes, launched_processes, require_divisible
from tomclip.training.initial_student import require_ready
from tomclip.training.probe import Probe
from tomclip.training.worker.lifecycle import Lifecycle
from tomclip.training.worker.result import TrainingResult
from tomclip.training.worker.tracking import require_tracker


def train(
    config: TrainConfig,
    *,
    directory: Path | None = None,
    probe: Probe | None = None,
    on_event: Callable[[Event], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> TrainingResult:
    """Trains a student into a new run directory and returns how it ended.

    Args:
        config: Everything that decides the run.
        directory: The run's folder, missing, empty or prepared for this configuration and queued;
            by default a new one among the runs.
        probe: Called at step 0, at a 25th of `validation.probe_every_steps`, every so many steps
            and at the last one, never when that is 0. Its values are recorded; it may leave files
            in the run. It changes nothing in training, and when it raises, that is recorded and
            training goes on. By default `tomclip.evaluation.probe.unseen_probe`, which records
            accuracy and shape on the concepts that training never sees.
        on_event: Called with every event after it is on disk.
        should_stop: Asked after every step; True saves a checkpoint and ends as cancelled.

    Raises:
        ConfigError: when two settings contradict, or name something that is not there.
        RunError: when another run holds the device or the folder cannot be used; nothing is written
            then, but a run that came out of the queue goes back there. When a loss becomes NaN or
            the folder can no longer be written: the run is recorded as failed and its last
            checkpoint is whole.
    """
    device = choose_device(config.device)
    processes = launched_processes(device)
    with ExitStack() as held:
        path = processes.agree(directory or runs_directory() / unique_name(config.name))
        with _refusal_recorded(path, processes):
            require_divisible(config.optimiser.batch_size, processes)
            processes.main_first(lambda: require_ready(config))
            require_tracker(config.tracking)
        with processes.together():
            _hold_device(held, path, device, processes)
            if processes.is_main:
                open_run(config, directory=path, device=device)
        run = RunDirectory(path)
        probe = probe or unseen_probe(config)
        return Lifecycle(run, config, device, probe, on_event, should_stop, processes).work()


def _hold_device(held: ExitStack, path: Path, device: str, processes: Processes) -> None:
    """Takes this process's lock until `held` is closed; the main one's stands for the device."""
    number = processes.index
    held.enter_context(_waiting_again(path, device))
    held.enter_context(device_lock(f"{device}-{number}" if number else device, path.name))


@contextmanager
def _refusal_recorded(path: Path, processes: Processes) -> Iterator[None]:
    """Makes a run that waits in `path` failed, with the reason, when it is refused at the start.

    Others would otherwise see only that its process is gone.
    """
    try:
        yield
    except TomclipError as error:
        if processes.is_main:
            with suppress(RunError):
                _fail_queued(path, str(error))
        raise


def _fail_queued(path: Path, reason: str) -> None:
    status = read_status(path)
    if status.state == "queued":
        ended = {"finished_at": utc_now(), "exit_code": 1, "error": reason}
        write_status(path, replace(status, state="failed", **ended))


@contextmanager
def _waiting_again(path: Path, device: str) -> Iterator[None]:
    """Puts a run that came out of the queue back there when its device was taken meanwhile."""
    try:
        yield
    except DeviceBusy as error:
        if not return_to_queue(path, device):
            raise
        raise DeviceBusy(f"{error}; {path.name} is back in the queue") from error


def resume(
    directory: Path,
    *,
    probe: Probe | None = None,
    on_event: Callable[[Event], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> TrainingResult:
    """Continues a run from its latest checkpoint, exactly as if it had never stopped.

    Args and Raises: as `train`. On the CPU the losses that follow equal those of an uninterrupted
    run to the last digit.

    Raises:
        RunError: when the folder is no run, the run has finished, or it has no checkpoint.
    """
    run = RunDirectory(directory)
    if read_status(directory).state == "finished":
        raise RunError(f"{directory} has finished; start a new run instead of continuing this one")
    config = run.config()
    require_tracker(config.tracking)
    device = choose_device(config.device)
    processes = launched_processes(device)
    with ExitStack() as held:
        require_divisible(config.optimiser.batch_size, processes)
        with processes.together():
            _hold_device(held, directory, device, processes)
            if processes.is_main:
                claim_run(run)
            state = load_training_state(run.checkpoints / "latest")
        probe = probe or unseen_probe(config)
        return Lifecycle(run, config, device, probe, on_event, should_stop, processes, state).work()
