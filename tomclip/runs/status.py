"""status.json: the state that a run's worker, and nobody else, declares."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from tomclip.errors import RunError
from tomclip.runs.atomic import write_json_atomically
from tomclip.types import RunState

FILE = "status.json"
TERMINAL: frozenset[RunState] = frozenset({"finished", "failed", "cancelled"})


@dataclass(frozen=True, slots=True)
class RunStatus:
    """What the worker last said. Times are UTC, ISO 8601; `step` counts finished steps."""

    state: RunState
    step: int = 0
    total: int = 0
    started_at: str | None = None
    heartbeat_at: str | None = None
    finished_at: str | None = None
    best_step: int | None = None
    exit_code: int | None = None
    error: str | None = None


def utc_now() -> str:
    """Returns the time now as "2025-01-31T12:00:00+00:00"."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def write_status(directory: Path, status: RunStatus) -> None:
    """Replaces the run's status atomically."""
    write_json_atomically(directory / FILE, asdict(status))


def read_status(directory: Path) -> RunStatus:
    """Returns the run's status; a field that a newer version added is passed over.

    Raises:
        RunError: when status.json is missing or damaged.
    """
    path = directory / FILE
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        known = {field.name for field in fields(RunStatus)}
        return RunStatus(**{key: value for key, value in values.items() if key in known})
    except FileNotFoundError as error:
        raise RunError(f"{directory} holds no {FILE}; name a run directory") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise RunError(
            f"{path} is damaged ({error}); the run's other files are untouched"
        ) from error
