"""A run's folder: its name, its files and how it is made."""

from __future__ import annotations

import os
import platform
import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from tomclip.config import TrainConfig, config_to_dict, load_config
from tomclip.core.errors import InputError, RunError
from tomclip.core.files.atomic import write_errors, write_json_atomically
from tomclip.core.paths import runs_directory
from tomclip.core.reading.json_text import read_json_object
from tomclip.core.results import Shown
from tomclip.runs.commit import git_commit
from tomclip.runs.events import events_table, read_events, truncate_events
from tomclip.runs.jobs.processes import BY_HAND, active_process, handle_of, write_handle
from tomclip.runs.snapshots import truncate_snapshots
from tomclip.runs.status import FILE as STATUS_FILE
from tomclip.runs.status import RunStatus, read_status, write_status

if TYPE_CHECKING:
    import pandas as pd

LONGEST_SLUG = 64
RECORDED = ("tomclip", "torch", "transformers", "open_clip_torch", "tokenizers", "numpy", "gudhi")


@dataclass(frozen=True, slots=True, repr=False)
class RunDirectory(Shown):
    """Paths inside one run's folder; it shows itself as the events recorded there."""

    path: Path

    @property
    def id(self) -> str:
        """The folder's name: "<utc>-<slug>-<6 hex>"."""
        return self.path.name

    @property
    def checkpoints(self) -> Path:
        """Folder of `step_<n>/`, `latest` and `best`."""
        return self.path / "checkpoints"

    @property
    def stop_request(self) -> Path:
        """File whose presence asks the worker to finish its step, save and end as cancelled."""
        return self.path / "control" / "stop"

    @property
    def weights_request(self) -> Path:
        """File with loss weights, by name, with which the worker is asked to go on."""
        return self.path / "control" / "weights.json"

    def config(self) -> TrainConfig:
        """Returns the configuration that the run was started with."""
        return load_config(self.path / "config.yaml")

    def __repr__(self) -> str:
        return f"RunDirectory({str(self.path)!r})"

    def to_frame(self) -> pd.DataFrame:
        """Returns the recorded events, one row each: step, epoch, split and the values."""
        return events_table(read_events(self.path))


def create_run(
    config: TrainConfig, *, directory: Path | None = None, device: str = "cpu"
) -> RunDirectory:
    """Returns a new run folder with config.yaml, environment.json and a status of "queued".

    Args:
        directory: The folder itself, which must be missing or empty; by default a new one with a
            unique name in `runs_directory()`.
        device: Recorded in environment.json.

    Raises:
        RunError: when the folder holds something already, or cannot be written.
    """
    path = directory or runs_directory() / unique_name(config.name)
    with write_errors(path):
        if path.is_dir() and any(path.iterdir()):
            raise RunError(
                f"{path} is not empty; name a new folder, or continue that run with --resume"
            )
        path.mkdir(parents=True, exist_ok=directory is not None)
        (path / "control").mkdir()
        (path / "checkpoints").mkdir()
        text = yaml.safe_dump(config_to_dict(config), sort_keys=False, allow_unicode=True)
        (path / "config.yaml").write_text(text, encoding="utf-8")
        write_json_atomically(path / "environment.json", environment(config.seed, device))
        write_status(path, RunStatus("queued", total=config.optimiser.steps))
    return RunDirectory(path)


def open_run(config: TrainConfig, *, directory: Path | None, device: str) -> RunDirectory:
    """Returns the run folder to train into: a new one, or the prepared one that `directory` names.

    A prepared folder has the status "queued". What an earlier process left there before its first
    checkpoint is dropped; the device is recorded again, and with it this process.

    Raises:
        RunError: as `create_run`, or when the prepared run has another configuration.
    """
    run = RunDirectory(directory) if directory is not None else None
    if run is None or not _is_prepared(run.path):
        run = create_run(config, directory=directory, device=device)
    elif run.config() != config:
        raise RunError(f"{run.path} was prepared with another configuration; name a new folder")
    claim_run(run)
    with write_errors(run.path):
        truncate_events(run.path, after_step=-1)
        truncate_snapshots(run.path, after_step=-1)
        write_json_atomically(run.path / "environment.json", environment(config.seed, device))
        write_status(run.path, RunStatus("queued", total=config.optimiser.steps))
    return run


def claim_run(run: RunDirectory) -> None:
    """Records in handle.json that the calling process works on the run from now on.

    A stop that an earlier process obeyed is forgotten. In a run that was queued it is newer than
    the queueing, and stands.

    Raises:
        RunError: when another process works on it, or the folder cannot be written.
    """
    handle = active_process(run.path)
    ours = handle is not None and handle.pid in (os.getpid(), os.getppid())
    if handle is not None and not ours:
        raise RunError(f"process {handle.pid} works on {run.path}; stop it before another one does")
    with write_errors(run.path):
        if handle is None:
            write_handle(run.path, handle_of(os.getpid(), BY_HAND))
        if read_status(run.path).state != "queued":
            run.stop_request.unlink(missing_ok=True)


def unique_name(name: str) -> str:
    """Returns "<utc>-<slug of the name>-<6 hex>", which sorts by time."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{slug_of(name)}-{secrets.token_hex(3)}"


def slug_of(name: str) -> str:
    """Returns a name made to fit into a folder's: "My Run, été" becomes "my-run-ete".

    Lower-case letters a to z, digits, - and _, at most 64; "run" where nothing of it is left.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")
    return slug[:LONGEST_SLUG].rstrip("-_") or "run"


def environment(seed: int, device: str) -> Mapping[str, Any]:
    """Returns what a result depends on besides the configuration: versions, commit, machine."""
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "versions": {name: _version(name) for name in RECORDED},
        "commit": git_commit(),
        "device": device,
        "threads": os.environ.get("OMP_NUM_THREADS") or os.cpu_count(),
        "seed": seed,
    }


def read_environment(directory: Path) -> dict[str, Any]:
    """Returns environment.json, or an empty dict when it is missing or damaged."""
    try:
        return read_json_object(directory / "environment.json")
    except InputError:
        return {}


def _is_prepared(path: Path) -> bool:
    return (path / STATUS_FILE).is_file() and read_status(path).state == "queued"


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
