"""metrics.jsonl: one line per event, appended and flushed."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from tomclip.core.files.atomic import write_text_atomically
from tomclip.core.types import Event

if TYPE_CHECKING:
    import pandas as pd

FILE = "metrics.jsonl"
_TIMES = ("seconds", "step_seconds")
_ADAPTER = TypeAdapter(Event)


def append_event(directory: Path, event: Event) -> None:
    """Appends one line. A value that is NaN or infinite is written as null: JSON has neither."""
    line = json.dumps(_finite(asdict(event)), ensure_ascii=False, allow_nan=False)
    with (directory / FILE).open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")


def parse_event(line: str | bytes) -> Event | None:
    """Returns the event in one line of the file; None when the line is damaged, also when it holds
    something else where readers count on numbers."""
    try:
        event = _ADAPTER.validate_json(line)
    except ValidationError:
        return None
    return event if _holds_numbers(event) else None


def read_events(directory: Path) -> list[Event]:
    """Returns the run's events in the order written; an unfinished last line is left out."""
    return [event for _, event in _parsed(directory / FILE)]


def events_table(events: Iterable[Event]) -> pd.DataFrame:
    """Returns one row per event: step, epoch, split and every recorded value, NaN where none is."""
    import pandas as pd

    rows = [
        {"step": event.step, "epoch": event.epoch, "split": event.split, **event.values}
        for event in events
    ]
    return pd.DataFrame(rows, columns=None if rows else ["step", "epoch", "split"])


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


def _holds_numbers(event: Event) -> bool:
    """Says whether a step's numbers, null for NaN, its times and changed weights are some."""
    if event.split == "train":
        return all(
            isinstance(value, int | float) or (value is None and name not in _TIMES)
            for name, value in event.values.items()
        )
    weights = event.values.get("weights", {}) if event.split == "control" else {}
    return isinstance(weights, dict) and all(isinstance(w, int | float) for w in weights.values())


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
