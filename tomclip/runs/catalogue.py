"""All runs on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tomclip.assets import runs_directory
from tomclip.errors import RunError
from tomclip.runs.status import read_status
from tomclip.types import RunRecord


def read_run(directory: Path) -> RunRecord:
    """Returns what the run directory says about itself.

    Raises:
        RunError: when its status is missing or damaged.
    """
    status, config = read_status(directory), _read_config(directory)
    return RunRecord(
        id=directory.name,
        path=directory,
        name=str(config.get("name", directory.name)),
        state=status.state,
        config=config,
        started_at=status.started_at,
        finished_at=status.finished_at,
        best_step=status.best_step,
    )


def list_runs(directory: Path | None = None) -> tuple[RunRecord, ...]:
    """Returns the runs in `directory` (default: `runs_directory()`), newest first.

    A folder without a readable status is not a run and is passed over.
    """
    root = directory or runs_directory()
    if not root.is_dir():
        return ()
    records = []
    for path in sorted(root.iterdir(), reverse=True):
        try:
            records.append(read_run(path))
        except (RunError, OSError):
            continue
    return tuple(records)


def _read_config(directory: Path) -> dict[str, Any]:
    try:
        values = yaml.safe_load((directory / "config.yaml").read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError):
        return {}
    return values if isinstance(values, dict) else {}
