"""metrics.jsonl: one line per event, appended and flushed."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from tomclip.runs.atomic import write_text_atomically
from tomclip.types import Event

FILE = "metrics.jsonl"
_ADAPTER = TypeAdapter(Event)


def append_event(directory: Path, event: Event) -> None:
    """Appends one line. A value that is NaN or infinite is written as null: JSON has neither."""
    line = json.dumps(_finite(asdict(event)), ensure_ascii=False, allow_nan=False)
    with (directory / FILE).open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")


def parse_event(line: str | bytes) -> Event | None:
    """Returns the event in one line of the file; None when the line is damaged."""
    try:
        return _ADAPTER.validate_json(line)
    except ValidationError:
        return None


def read_events(directory: Path) -> list[Event]:
    """Returns the run's events in the order written; an unfinished last line is left out."""
    return [event for _, event in _parsed(directory / FILE)]


def truncate_events(directory: Path, *, after_step: int) -> None:
    """Drops events beyond `after_step`, which a run continued from that step writes again."""
    path = directory / FILE
    kept = [line for line, event in _parsed(path) if event.step <= after_step]
    write_text_atomically(path, "".join(line + "\n" for line in kept))


def _parsed(path: Path) -> Iterator[tuple[str, Event]]:
    if not path.is_file():
        return
    with path.open(encoding="utf-8", errors="replace") as stream:
        for line in stream:
            if not line.endswith("\n"):
                return
            event = parse_event(line)
            if event is not None:
                yield line.rstrip("\n"), event


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
