"""What a person adds to a run (name, tags, notes), and what its catalogue row says in numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tomclip.core.errors import InputError, RunError
from tomclip.core.files.atomic import write_errors, write_json_atomically
from tomclip.core.paths import runs_directory
from tomclip.core.reading.characters import is_one_line, trimmed
from tomclip.core.reading.json_text import json_if_there
from tomclip.core.scores import MEAN, score_kind
from tomclip.core.types import Event
from tomclip.runs.reader import EventsState, events_state, milestones_and_damage
from tomclip.runs.scores import recorded_scores
from tomclip.runs.status import RunStatus, read_status, working_seconds
from tomclip.runs.weight_history import WeightsSince, changed_weights

if TYPE_CHECKING:
    import pandas as pd

FILE = "notes.json"
LONGEST_NAME = 80
LONGEST_NOTES = 20_000
MOST_TAGS = 20

ACCURACY = "zero_shot_top1"
SHAPE_DISTANCE = "wasserstein_h0_to_teacher"
CRITERION = "mean_reciprocal_rank"
SPLIT_OF = {ACCURACY: "probe", SHAPE_DISTANCE: "probe", CRITERION: "validation"}


@dataclass(frozen=True, slots=True)
class RunNotes:
    """What a person wrote about a run; an empty name stands for the configuration's.

    The student of a `pinned` run stands on the Overview, and first among those of the runs.
    """

    name: str = ""
    tags: tuple[str, ...] = ()
    notes: str = ""
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class RecordedScore:
    """One value of a score, and the training step where it was measured."""

    value: float
    step: int


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run in numbers.

    `best` and `last` are keyed by the names of scores: `zero_shot_top1` (per cent, mean over
    languages) and `wasserstein_h0_to_teacher` of the probes, `mean_reciprocal_rank` (0 to 1) of the
    validations. A score that was not recorded is missing from both; of equal best values the first
    counts. `duration_seconds` is the time that processes worked on it, to the end or to the last
    sign of life, NaN before the start; `training_seconds` counts the training steps alone. Both
    count what was before the run was continued. `weight_changes` are the loss weights from each
    step on at which one was changed, `damaged_lines` how many lines of its events had to be passed
    over.
    """

    id: str
    status: RunStatus
    best: Mapping[str, RecordedScore] = field(default_factory=dict)
    last: Mapping[str, float] = field(default_factory=dict)
    duration_seconds: float = math.nan
    training_seconds: float = 0.0
    weight_changes: tuple[WeightsSince, ...] = ()
    damaged_lines: int = 0

    @property
    def weights_changed(self) -> bool:
        """Whether a loss weight was changed on the way."""
        return bool(self.weight_changes)


def read_notes(path: Path) -> RunNotes:
    """Returns what was written about the run at `path`; empty when nothing was.

    Raises:
        RunError: when notes.json is damaged.
    """
    file, advice = path / FILE, "mend it or remove it"
    values = json_if_there(file, refusal=RunError, advice=advice)
    if values is None:
        return RunNotes()
    try:
        return RunNotes(
            str(values["name"]),
            tuple(map(str, values["tags"])),
            str(values["notes"]),
            values.get("pinned") is True,
        )
    except (TypeError, KeyError) as error:
        raise RunError(f"{file} is damaged ({error!r}); {advice}") from error


def set_notes(
    path: Path,
    *,
    name: str | None = None,
    tags: Iterable[str] | None = None,
    notes: str | None = None,
    pinned: bool | None = None,
) -> RunNotes:
    """Returns the run's notes after the given parts were replaced; None leaves a part as it is.

    Args:
        path: The run's folder.
        name: At most 80 characters on one line; "" goes back to the configuration's name.
        tags: At most 20, without commas; surrounding space and repetitions are dropped.
        notes: Free text of at most 20,000 characters.
        pinned: Whether its student stands on the Overview.

    Raises:
        InputError: when a part is longer than that, or a tag is empty or holds a comma.
        RunError: when `path` is no run, its notes are damaged, or they cannot be written.
    """
    read_status(path)
    before = read_notes(path)
    after = RunNotes(
        before.name if name is None else _one_line(name),
        before.tags if tags is None else _checked_tags(tags),
        before.notes if notes is None else _limited(notes, "notes have", LONGEST_NOTES),
        before.pinned if pinned is None else pinned,
    )
    with write_errors(path):
        write_json_atomically(path / FILE, asdict(after))
    return after


def pinned_runs(root: Path | None = None) -> frozenset[str]:
    """Returns the ids of the pinned runs in `root` (default: `runs_directory()`).

    A run whose notes are damaged counts as not pinned; the Runs page says what is wrong with it.
    """
    return frozenset(
        file.parent.name
        for file in (root or runs_directory()).glob(f"*/{FILE}")
        if _is_pinned(file)
    )


def _is_pinned(file: Path) -> bool:
    try:
        return read_notes(file.parent).pinned
    except RunError:
        return False


def flat_config(config: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Returns the configuration with dotted keys, such as "loss.h0_weight", to plain values."""
    flat: dict[str, Any] = {}
    for key, value in config.items():
        nested = isinstance(value, Mapping)
        flat |= flat_config(value, f"{prefix}{key}.") if nested else {f"{prefix}{key}": value}
    return flat


def config_differences(configs: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Returns the settings in which the configurations differ: a row per run, dotted columns.

    Args:
        configs: A run's id or name to its configuration as nested mappings (`RunRecord.config`).
            A key that one of them lacks is None in its row.
    """
    import pandas as pd

    flat = {run: flat_config(config) for run, config in configs.items()}
    keys = dict.fromkeys(key for values in flat.values() for key in values)
    rows = {key: [values.get(key) for values in flat.values()] for key in keys}
    differing = {key: row for key, row in rows.items() if any(value != row[0] for value in row)}
    return pd.DataFrame(differing, index=pd.Index(list(flat), name="run"), dtype=object)


def run_summary(path: Path) -> RunSummary:
    """Returns the run's best and last scores and how long it took.

    Raises:
        RunError: when its status is missing or damaged, or its events cannot be read.
    """
    status, measured = read_status(path), _measured(path, events_state(path))
    return RunSummary(
        path.name,
        status,
        best={name: _best(name, recorded) for name, recorded in measured.scores.items()},
        last={name: recorded[-1].value for name, recorded in measured.scores.items()},
        duration_seconds=working_seconds(status),
        training_seconds=measured.training_seconds,
        weight_changes=measured.weight_changes,
        damaged_lines=measured.damaged_lines,
    )


@dataclass(frozen=True, slots=True)
class _Measured:
    scores: Mapping[str, Sequence[RecordedScore]]
    training_seconds: float
    weight_changes: tuple[WeightsSince, ...]
    damaged_lines: int


@lru_cache(maxsize=1024)
def _measured(path: Path, state: EventsState) -> _Measured:
    """Returns what metrics.jsonl says, read once for each `state` of the file."""
    events, damaged_lines = milestones_and_damage(path)
    scores = {name: _recorded(events, split, name) for name, split in SPLIT_OF.items()}
    seconds = [event.values.get("seconds", 0.0) for event in events if event.split == "train"]
    return _Measured(
        {name: recorded for name, recorded in scores.items() if recorded},
        seconds[-1] if seconds else 0.0,
        changed_weights(events),
        damaged_lines,
    )


def _recorded(events: Sequence[Event], split: str, name: str) -> list[RecordedScore]:
    """Returns the score's means over the languages, in order; a failed probe has none."""
    return [
        RecordedScore(value, event.step)
        for event in events
        if event.split == split
        and (value := recorded_scores(event).get(name, {}).get(MEAN)) is not None
    ]


def _best(name: str, recorded: Sequence[RecordedScore]) -> RecordedScore:
    choose = max if score_kind(name).higher_is_better else min
    return choose(recorded, key=lambda score: score.value)


def _one_line(name: str) -> str:
    name = _limited(trimmed(name), "the name has", LONGEST_NAME)
    if not is_one_line(name):
        raise InputError(
            f"the name {name!r} holds a line break or a control character; write it on one line"
        )
    return name


def _checked_tags(tags: Iterable[str]) -> tuple[str, ...]:
    checked = tuple(dict.fromkeys(_one_line(tag) for tag in tags))
    wrong = [tag for tag in checked if not tag or "," in tag]
    if wrong or len(checked) > MOST_TAGS:
        raise InputError(
            f"the tags are {', '.join(map(repr, checked))}; give at most {MOST_TAGS}, none of them "
            "empty or with a comma"
        )
    return checked


def _limited(text: str, what: str, most: int) -> str:
    if len(text) > most:
        raise InputError(f"{what} {len(text):,} characters; write at most {most:,}")
    return text
