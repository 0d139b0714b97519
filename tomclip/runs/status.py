"""status.json: the state that a run's worker, and nobody else, declares."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from tomclip.core.errors import RunError
from tomclip.core.files.atomic import write_errors, write_json_atomically
from tomclip.core.types import RunState

FILE = "status.json"
TERMINAL: frozenset[RunState] = frozenset({"finished", "failed", "cancelled"})


@dataclass(frozen=True, slots=True)
class RunStatus:
    """What the worker last said. Times are UTC, ISO 8601; `step` counts finished steps.

    `started_at` is when this process took the run up, and `earlier_seconds` how long others worked
    on it before. `phase` names what a worker does that takes no steps meanwhile, such as "loading
    torch"; empty while it trains.
    """

    state: RunState
    step: int = 0
    total: int = 0
    started_at: str | None = None
    heartbeat_at: str | None = None
    finished_at: str | None = None
    best_step: int | None = None
    exit_code: int | None = None
    error: str | None = None
    phase: str = ""
    earlier_seconds: float = 0.0


_ADAPTER = TypeAdapter(RunStatus)


def utc_now() -> str:
    """Returns the time now as "2025-01-31T12:00:00+00:00"."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def working_seconds(status: RunStatus) -> float:
    """Returns how long processes have worked on the run, all sittings together; NaN before any.

    The last one counts to its end, or to its last sign of life.
    """
    last = status.finished_at or status.heartbeat_at
    if status.started_at is None or last is None:
        return math.nan
    try:
        taken = datetime.fromisoformat(last) - datetime.fromisoformat(status.started_at)
    except (ValueError, TypeError):
        return math.nan
    return status.earlier_seconds + taken.total_seconds()


def announce_phase(directory: Path, phase: str) -> None:
    """Says what the process of a run that came out of the queue does before its worker exists.

    A run in any other state is left alone.

    Raises:
        RunError: when the status is missing, damaged or cannot be written.
    """
    status = read_status(directory)
    if status.state == "queued":
        with write_errors(directory):
            write_status(directory, replace(status, phase=phase))


def write_status(directory: Path, status: RunStatus) -> None:
    """Replaces the run's status atomically."""
    write_json_atomically(directory / FILE, asdict(status))


def read_status(directory: Path) -> RunStatus:
    """Returns the run's status; a field that a newer version added is passed over.

    Raises:
        RunError: when status.json is missing, damaged or cannot be read.
    """
    path = directory / FILE
    try:
        return _ADAPTER.validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise RunError(f"{directory} holds no {FILE}; name a run directory") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RunError(
            f"{path} is damaged ({where}{': ' * bool(where)}{first['msg']}); "
            "the run's other files are untouched"
        ) from error
    except OSError as error:
        raise RunError(
            f"{path} cannot be read ({error.strerror}); check its permissions"
        ) from error
