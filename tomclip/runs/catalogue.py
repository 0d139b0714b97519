"""All runs on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tomclip.config import parse_config
from tomclip.core.errors import ConfigError, InputError, RunError
from tomclip.core.paths import runs_directory
from tomclip.core.reading.text import read_text
from tomclip.core.reading.yaml_text import parse_yaml
from tomclip.core.types import RunRecord
from tomclip.runs.jobs.processes import read_handle
from tomclip.runs.jobs.queue import run_folders
from tomclip.runs.records import RunNotes, read_notes
from tomclip.runs.status import FILE as STATUS_FILE
from tomclip.runs.status import read_status

CONFIG = "config.yaml"


def read_run(directory: Path) -> RunRecord:
    """Returns what the run directory says about itself, and what is wrong with its other files.

    Raises:
        RunError: when its status is missing or damaged.
    """
    status = read_status(directory)
    config, config_damage = _read_config(directory / CONFIG)
    notes, notes_damage = _read_notes(directory)
    return RunRecord(
        id=directory.name,
        path=directory,
        name=notes.name or _name(config, directory),
        state=status.state,
        config=config,
        started_at=status.started_at,
        finished_at=status.finished_at,
        best_step=status.best_step,
        damage=config_damage or _handle_damage(directory) or notes_damage,
        tags=notes.tags,
        notes=notes.notes,
        pinned=notes.pinned,
    )


def list_runs(directory: Path | None = None) -> tuple[RunRecord, ...]:
    """Returns the runs in `directory` (default: `runs_directory()`), newest first.

    A run whose status was damaged is among them, as failed and with the reason. A folder without
    a status and a configuration is not a run and is passed over.
    """
    return tuple(
        _read_or_damaged(path)
        for path in reversed(run_folders(directory or runs_directory()))
        if (path / STATUS_FILE).exists() or (path / CONFIG).exists()
    )


def _read_or_damaged(path: Path) -> RunRecord:
    try:
        return read_run(path)
    except RunError as error:
        config, _ = _read_config(path / CONFIG)
        name = _name(config, path)
        return RunRecord(path.name, path, name, "failed", config, damage=str(error))


def _name(config: dict[str, Any], path: Path) -> str:
    return str(config.get("name", path.name))


def _read_config(file: Path) -> tuple[dict[str, Any], str | None]:
    """Returns the file's keys, as far as there are any, and what is wrong with it."""
    try:
        values = parse_yaml(read_text(file))
    except ConfigError as error:
        return {}, f"{file} is not YAML ({error}); mend it to go on"
    except InputError as error:
        return {}, str(error)
    if not isinstance(values, dict):
        return {}, f"{file} holds no keys and values; mend it to go on"
    try:
        parse_config(values, source=str(file))
    except ConfigError as error:
        return values, str(error)
    return values, None


def _read_notes(directory: Path) -> tuple[RunNotes, str | None]:
    try:
        return read_notes(directory), None
    except RunError as error:
        return RunNotes(), str(error)


def _handle_damage(directory: Path) -> str | None:
    try:
        read_handle(directory)
    except RunError as error:
        return str(error)
    return None
