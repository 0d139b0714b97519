"""A run's events as the tables that figures draw."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from tomclip.core.types import Event
from tomclip.runs.scores import LIGHT_PROBE, recorded_scores
from tomclip.runs.weight_history import changed_weights, starting_weights

FULL_PROBES = ("probe",)
ALL_PROBES = ("probe", LIGHT_PROBE)
SCORE_COLUMNS = ["step", "seconds", "score", "series", "value"]


def loss_table(events: Iterable[Event]) -> pd.DataFrame:
    """Returns one row per training step: step, split, seconds and every recorded number."""
    rows = [
        {"step": event.step, "split": event.split, **event.values}
        for event in events
        if event.split == "train"
    ]
    return pd.DataFrame(rows, columns=None if rows else ["step", "split", "seconds", "total"])


def scores_table(
    events: Iterable[Event], *, splits: Collection[str] = FULL_PROBES, names: Sequence[str] = ()
) -> pd.DataFrame:
    """Returns one row per score, language and probe; the mean over languages is series "mean".

    `seconds` is the training time before the probe.

    Args:
        events: of one run, in order.
        splits: which probes: the full ones, or `ALL_PROBES`.
        names: of the scores; all by default.
    """
    rows, seconds = [], 0.0
    for event in events:
        if event.split == "train":
            seconds = float(event.values.get("seconds", seconds))
        elif event.split in splits:
            rows += [
                (event.step, seconds, score, language, value)
                for score, by_language in recorded_scores(event).items()
                if not names or score in names
                for language, value in by_language.items()
            ]
    return pd.DataFrame(rows, columns=SCORE_COLUMNS)


def full_probe_steps(events: Iterable[Event]) -> list[int]:
    """Returns the steps at which a run was probed in full."""
    return [event.step for event in events if event.split in FULL_PROBES]


def present_weights(config: Mapping[str, Any], events: Iterable[Event]) -> dict[str, float]:
    """Returns the loss weights that hold now, with every change on the way."""
    present = starting_weights(config)
    for _, weights in changed_weights(events):
        present |= weights
    return present


def probe_failures(events: Iterable[Event]) -> list[tuple[int, str]]:
    """Returns the step and the sentence of every probe that failed."""
    return [
        (event.step, str(event.values["error"]))
        for event in events
        if event.split in ALL_PROBES and "error" in event.values
    ]
