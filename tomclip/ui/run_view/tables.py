"""A run's events as the tables that figures draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from tomclip.config import LOSS_WEIGHTS
from tomclip.core.types import Event
from tomclip.runs.scores import recorded_scores

SCORE_COLUMNS = ["step", "seconds", "score", "series", "value"]


def loss_table(events: Iterable[Event]) -> pd.DataFrame:
    """Returns one row per training step: step, split, seconds and every recorded number."""
    rows = [
        {"step": event.step, "split": event.split, **event.values}
        for event in events
        if event.split == "train"
    ]
    return pd.DataFrame(rows, columns=None if rows else ["step", "split", "seconds", "total"])


def scores_table(events: Iterable[Event]) -> pd.DataFrame:
    """Returns one row per score, language and probe; the mean over languages is series "mean".

    `seconds` is the training time before the probe.
    """
    rows, seconds = [], 0.0
    for event in events:
        if event.split == "train":
            seconds = float(event.values.get("seconds", seconds))
        elif event.split == "probe":
            rows += [
                (event.step, seconds, score, language, value)
                for score, by_language in recorded_scores(event).items()
                for language, value in by_language.items()
            ]
    return pd.DataFrame(rows, columns=SCORE_COLUMNS)


def starting_weights(config: Mapping[str, Any]) -> dict[str, float]:
    """Returns the loss weights a run began with, as far as its configuration is whole."""
    loss = config.get("loss")
    weights = loss if isinstance(loss, Mapping) else {}
    return {
        name: float(weights[name])
        for name in LOSS_WEIGHTS
        if isinstance(weights.get(name), int | float)
    }


def probe_failures(events: Iterable[Event]) -> list[tuple[int, str]]:
    """Returns the step and the sentence of every probe that failed."""
    return [
        (event.step, str(event.values["error"]))
        for event in events
        if event.split == "probe" and "error" in event.values
    ]
