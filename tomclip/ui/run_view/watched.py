"""Accuracy and shape of a run as light probes find them, drawn while it trains."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from tomclip.core.subsets import UNSEEN_CONCEPTS
from tomclip.core.types import Event, RunRecord
from tomclip.figures import WATCHED_SCORES, live_scores_figure
from tomclip.figures.training.loss_weights import changes_of
from tomclip.runs.tables import ALL_PROBES, full_probe_steps, scores_table
from tomclip.runs.weight_history import starting_weights
from tomclip.ui.parts.layout import figure, figure_context
from tomclip.ui.run_view.curve_options import Wish
from tomclip.ui.run_view.progress import HEADLINES
from tomclip.ui.run_view.readers import events_of_others, titles_of_others
from tomclip.ui.theme import theme

UNREAD = f"On {UNSEEN_CONCEPTS}, none of whose captions they read; at every full probe."
WATCHED_READING = (
    f"On 100 of the {UNSEEN_CONCEPTS}, every other second; rings are full probes, which alone "
    "know the zero-shot top-1 among all of them."
)


def show_watched(
    run: RunRecord, events: Sequence[Event], runs: Mapping[str, RunRecord], wish: Wish
) -> None:
    """Shows accuracy and shape as light probes find them, and where a full one was.

    A run without light probes, as those of earlier versions, shows the headlines of its full ones.
    """
    scores, full = _watched(events)
    if scores.empty:
        return
    others = {name: _watched(own)[0] for name, own in events_of_others(runs, wish).items()}
    context = figure_context([], note=run.name, other_encoders=titles_of_others(runs, wish))
    changes = changes_of(events, starting_weights(run.config))
    counts = tuple((name, len(table)) for name, table in (("", scores), *others.items()))
    chart = kept_figure(
        ("watched", run.id, run.name, counts, len(changes), wish.x, theme()),
        lambda: live_scores_figure(
            scores,
            context=context,
            changes=changes,
            x=wish.x,
            others=others,
            panels=WATCHED_SCORES if full is not None else HEADLINES,
            full_probes=full,
            title="Accuracy and shape as it trains",
        ),
    )
    figure(
        chart,
        key="train/watched",
        data=lambda: scores,
        reading=WATCHED_READING if full is not None else UNREAD,
    )


def _watched(events: Sequence[Event]) -> tuple[pd.DataFrame, list[int] | None]:
    """Returns what is watched of a run, and the steps of its full probes if it has light ones."""
    scores = scores_table(events, splits=ALL_PROBES, names=WATCHED_SCORES)
    if (scores["score"] == WATCHED_SCORES[0]).any():
        return scores, full_probe_steps(events)
    return scores_table(events, names=HEADLINES), None


@st.cache_resource(max_entries=24, show_spinner=False)
def kept_figure(shown: Hashable, _draw: Callable[[], Any]) -> Any:
    """Returns the figure that `_draw` made for what is shown; nobody changes it afterwards."""
    return _draw()
