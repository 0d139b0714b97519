"""status.json: the state that a run's worker, and nobody else, declares."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from tomclip.core.atomic import write_json_atomically
from tomclip.core.errors import RunError
from tomclip.core.types import RunState

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


_ADAPTER = TypeAdapter(RunStatus)


def utc_now() -> str:
    """Returns the time now as "2025-01-31T12:00:00+00:00"."""
    return datetime.now(UTC).isoformat(timespec="seconds")


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
