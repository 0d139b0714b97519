"""Reading metrics.jsonl without parsing all of it again: incremental, or only the milestones."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from tomclip.core.errors import RunError
from tomclip.core.types import Event
from tomclip.runs.events import FILE, parse_event

EventsState = tuple[int, int, int]
_TRAIN_MARK = b'"split": "train"'


class EventsReader:
    """A run's events, each line parsed once however often they are asked for.

    `events` holds what was read so far, in the order written, and `damaged` counts the lines that
    were passed over. `generation` counts how often the reading began anew, because a resumed run
    dropped events that came after its checkpoint.
    """

    def __init__(self, directory: Path) -> None:
        """Reads nothing yet; `directory` is the run's, and may hold no events so far."""
        self.path = directory / FILE
        self.events: list[Event] = []
        self.damaged = 0
        self.generation = 0
        self._offset = 0
        self._last_line = b""
        self._inode: int | None = None

    def refresh(self) -> list[Event]:
        """Returns the events written since the last call; after a new start, all of them.

        A line without its end is left for the next call; a damaged line is passed over.

        Raises:
            RunError: when the file is there and cannot be read.
        """
        try:
            with self.path.open("rb") as stream:
                if not self._is_continued(stream):
                    self._begin_anew()
                stream.seek(self._offset)
                content = stream.read()
        except FileNotFoundError:
            self._begin_anew()
            return []
        except OSError as error:
            raise _unreadable(self.path, error) from error
        complete = content[: content.rfind(b"\n") + 1]
        if complete:
            self._offset += len(complete)
            self._last_line = complete[complete[:-1].rfind(b"\n") + 1 :]
        lines = complete.split(b"\n")[:-1]
        found = _parsed(lines)
        self.events += found
        self.damaged += len(lines) - len(found)
        return found

    def _is_continued(self, stream: BinaryIO) -> bool:
        """Says whether the same file still holds, at its place, the line that was read last."""
        inode = os.fstat(stream.fileno()).st_ino
        same_file = self._inode in (None, inode)
        self._inode = inode
        stream.seek(self._offset - len(self._last_line))
        return same_file and stream.read(len(self._last_line)) == self._last_line

    def _begin_anew(self) -> None:
        if self._offset:
            self.generation += 1
        self.events, self.damaged, self._offset, self._last_line = [], 0, 0, b""


def read_milestones(directory: Path) -> tuple[Event, ...]:
    """Returns every event that is not a training step, and the last training step, in order.

    Training steps are most of the file and are not parsed. A missing file is an empty tuple.

    Raises:
        RunError: when the file is there and cannot be read.
    """
    return milestones_and_damage(directory)[0]


def milestones_and_damage(directory: Path) -> tuple[tuple[Event, ...], int]:
    """Returns the events of `read_milestones`, and how many lines among them were damaged.

    Raises:
        RunError: when the file is there and cannot be read.
    """
    lines = _milestone_lines(directory / FILE)
    events = tuple(_parsed(lines))
    return events, len(lines) - len(events)


def damage_in_words(lines: int) -> str:
    """Returns what is to be said about so many damaged lines; empty for none."""
    if not lines:
        return ""
    return f"{lines:,} damaged line{'s are' * (lines > 1) or ' is'} left out of {FILE}"


def _milestone_lines(path: Path) -> list[bytes]:
    kept: list[bytes] = []
    last_training_step, place = b"", 0
    try:
        with path.open("rb") as stream:
            for line in stream:
                if _TRAIN_MARK in line and line.endswith(b"\n"):
                    last_training_step, place = line, len(kept)
                elif line.endswith(b"\n"):
                    kept.append(line)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise _unreadable(path, error) from error
    return [*kept[:place], *filter(None, [last_training_step]), *kept[place:]]


def events_state(directory: Path) -> EventsState:
    """Returns what changes whenever metrics.jsonl does: inode, size and time; zeros without one."""
    try:
        state = (directory / FILE).stat()
    except FileNotFoundError:
        return 0, 0, 0
    return state.st_ino, state.st_size, state.st_mtime_ns


def _unreadable(path: Path, error: OSError) -> RunError:
    return RunError(f"{path} cannot be read ({error.strerror}); check its permissions")


def _parsed(lines: Iterable[bytes]) -> list[Event]:
    return [event for line in lines if (event := parse_event(line)) is not None]
