"""What the probes of a run recorded: scores, diagrams and maps, step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from tomclip.core.errors import RunError
from tomclip.core.scores import capitalised, score_kind
from tomclip.core.subsets import UNSEEN_CONCEPTS
from tomclip.core.types import RunRecord
from tomclip.figures import (
    LIVE_SCORES,
    FigureContext,
    WeightChange,
    animated_diagram_figure,
    animated_map_figure,
    live_scores_figure,
    spread_figure,
)
from tomclip.figures.training.loss_weights import changes_of
from tomclip.runs import Snapshot, read_snapshot
from tomclip.runs.reader import events_state
from tomclip.runs.snapshots import recorded_steps
from tomclip.runs.tables import scores_table
from tomclip.runs.weight_history import starting_weights
from tomclip.ui.computing import cached
from tomclip.ui.computing.cached import Diagrams
from tomclip.ui.computing.maps import DISPARITY_READING
from tomclip.ui.parts import controls
from tomclip.ui.parts.diagram_tables import bars_table
from tomclip.ui.parts.feedback import notice, sentences
from tomclip.ui.parts.layout import figure, figure_context
from tomclip.ui.parts.selection import ItemPoints
from tomclip.ui.run_view.curve_options import Wish
from tomclip.ui.run_view.readers import events_of, events_of_others, titles_of_others
from tomclip.ui.run_view.snapshots import (
    Versions,
    damaged_steps,
    read_recorded,
    recorded_versions,
    teacher_diagrams,
)
from tomclip.ui.run_view.watched import UNREAD, kept_figure
from tomclip.ui.theme import theme
from tomclip.ui.view_state import choices

if TYPE_CHECKING:
    from tomclip.geometry import Superposition


def show_measured(run: RunRecord, runs: Mapping[str, RunRecord], wish: Wish) -> None:
    """Shows accuracy and shape of every language at every probe, and their spread."""
    events = events_of(run.path)
    scores = scores_table(events)
    if scores.empty:
        return
    changes = changes_of(events, starting_weights(run.config))
    others = {name: scores_table(own) for name, own in events_of_others(runs, wish).items()}
    context = figure_context([], note=run.name, other_encoders=titles_of_others(runs, wish))
    drawn = [run, *(runs[other] for other in wish.others)]
    recorded = tuple((one.id, one.name, events_state(one.path)) for one in drawn)
    chart = kept_figure(
        ("scores", recorded, wish.x, theme()),
        lambda: live_scores_figure(
            scores,
            context=context,
            changes=changes,
            x=wish.x,
            others=others,
            title=f"All {UNSEEN_CONCEPTS}, at every full probe",
        ),
    )
    figure(
        chart,
        key="train/scores",
        data=lambda: scores,
        reading=UNREAD,
    )
    _spread(scores, context, changes, wish)


def _spread(
    scores: pd.DataFrame, context: FigureContext, changes: Sequence[WeightChange], wish: Wish
) -> None:
    measured = set(scores["score"])
    kinds = {name: score_kind(name) for name in LIVE_SCORES if name in measured}
    known = {name: capitalised(kind.short_title) for name, kind in kinds.items()}
    if not known:
        return
    name = controls.select_picker("Spread over the languages of", choices.SPREAD_OF, known)
    table = scores[scores["score"] == name]
    chart = spread_figure(
        table,
        context=context,
        label=known[name],
        unit=kinds[name].scale_in("cosine"),
        changes=changes,
        x=wish.x,
    )
    figure(
        chart,
        key="train/spread",
        data=lambda: table,
        reading="From the worst language to the best; dark is the middle half.",
    )


def show_snapshots(run: RunRecord) -> None:
    """Shows a language's diagram and map at every probe, with a slider and a play button."""
    every_step, versions = recorded_steps(run.path), recorded_versions(run.path)
    snapshots = {one.step: one for one in read_recorded(str(run.path), versions)}
    notice(damaged_steps(run.name, every_step, list(snapshots.values())))
    if not snapshots:
        return
    last = list(snapshots.values())[-1]
    known = {code: controls.language_titles()[code] for code in last.languages}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        language = controls.select_picker("Language", choices.RECORDED_LANGUAGE, known)
        form = controls.option_picker("Show", choices.RECORDED_AS)
    context = figure_context([], metric=last.metric, n_points=len(last.concepts), note=run.name)
    if form == "map":
        _map(str(run.path), versions, language, context)
    else:
        teacher = str(run.config.get("teacher", ""))
        _diagram(snapshots, (run.id, versions, language, teacher), context)


def _diagram(
    snapshots: Mapping[int, Snapshot],
    recorded: tuple[str, Versions, str, str],
    context: FigureContext,
) -> None:
    *_, language, teacher = recorded
    found = {s: one.diagrams[language] for s, one in snapshots.items() if language in one.diagrams}
    reference: Diagrams = ()
    if teacher:
        with sentences():
            reference = teacher_diagrams(teacher, list(snapshots.values())[-1]) or ()
    chart = kept_figure(
        ("diagram", recorded, len(reference), context.note, theme()),
        lambda: animated_diagram_figure(found, reference, context=context, language=language),
    )
    figure(
        chart,
        key="train/diagram",
        data=lambda: pd.concat(
            [bars_table({language: group}).assign(step=step) for step, group in found.items()]
        ),
        reading="Grey is the teacher's English. Press play, or drag the step.",
    )


def _map(path: str, versions: Versions, language: str, context: FigureContext) -> None:
    """Shows the first two principal components, each step laid onto the last one."""
    laid, rows = _maps(path, versions, language)
    maps = {step: one.places for step, one in laid.items()}
    if not maps:
        st.info("This run kept no vectors, so there is no map.")
        return
    data = cached.dataset(cached.EMOJI)
    names, ids = ([values[row] for row in rows] for values in (data.names[language], data.ids))
    chart = animated_map_figure(
        maps,
        labels=names,
        languages=[language] * len(names),
        ids=ids,
        context=context,
        method="PCA",
        disparities={step: one.disparity for step, one in laid.items()},
    )
    figure(
        chart,
        key="train/map",
        data=lambda: pd.concat(
            [
                pd.DataFrame(
                    {
                        "step": step,
                        "x": one.places[:, 0],
                        "y": one.places[:, 1],
                        "name": names,
                        "disparity": one.disparity,
                    }
                )
                for step, one in laid.items()
            ]
        ),
        reading="Principal components at every probe, laid onto the last one. Press play, or drag "
        f"the step. {DISPARITY_READING}",
        selection=ItemPoints([language] * len(names), theme()),
    )


@st.cache_resource(max_entries=8, show_spinner=False)
def _maps(
    path: str, versions: Versions, language: str
) -> tuple[dict[int, Superposition], np.ndarray]:
    """Returns the map of every step laid onto the last one, and the (n,) concept rows."""
    from tomclip.geometry import project, superpose_all

    maps: dict[int, np.ndarray] = {}
    rows = np.array([], dtype=int)
    for step, _ in reversed(versions):
        try:
            snapshot = read_snapshot(Path(path), step)
        except RunError:
            continue
        rows, vectors = snapshot.concepts, snapshot.vectors.get(language)
        if vectors is not None:
            maps[step] = project(vectors.astype(np.float32), method="pca")
    laid = superpose_all(maps, onto=max(maps)) if maps else {}
    return dict(sorted(laid.items())), rows
