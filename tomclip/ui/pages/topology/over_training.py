"""How a language's diagram changed while a student trained, one recorded step at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from tomclip.encoders import EncoderInfo, encoder_catalogue
from tomclip.figures import FigureContext, diagram_figure, training_steps_figure
from tomclip.figures.diagrams.marks import REFERENCE, largest_finite
from tomclip.runs import Snapshot, snapshot_steps
from tomclip.runs.snapshots import recorded_steps
from tomclip.ui.computing.cached import Diagrams
from tomclip.ui.computing.jobs import Job
from tomclip.ui.pages.topology.clouds import dimension_picker
from tomclip.ui.pages.topology.computations import steps_job
from tomclip.ui.parts import controls
from tomclip.ui.parts.control_rows import ControlRows
from tomclip.ui.parts.diagram_tables import bars_table
from tomclip.ui.parts.feedback import notice, outcomes
from tomclip.ui.parts.layout import figure, figure_context
from tomclip.ui.run_view.snapshots import (
    damaged_steps,
    read_recorded,
    recorded_versions,
    teacher_diagrams,
)
from tomclip.ui.view_state import choices

NOTHING_RECORDED = (
    "No run has recorded diagrams yet. Train one with 'tomclip train', or restore the recorded "
    "ones of the shipped students with 'git checkout -- assets'."
)


def show_training(rows: ControlRows) -> None:
    """Shows a slider over the steps that a run recorded, and the diagram at the chosen one."""
    recorded = {info.name: info for info in encoder_catalogue() if snapshot_steps(info.path)}
    if not recorded:
        st.info(NOTHING_RECORDED)
        return
    with rows.first:
        titles = {name: info.title for name, info in recorded.items()}
        name = controls.select_picker("Training of", choices.TRAINED, titles)
    every_step = recorded_steps(recorded[name].path)
    versions = recorded_versions(recorded[name].path)
    snapshots = read_recorded(str(recorded[name].path), versions)
    notice(damaged_steps(recorded[name].title, every_step, snapshots))
    if not snapshots:
        return
    with rows.second:
        codes = set.intersection(*(set(snapshot.diagrams) for snapshot in snapshots))
        known = {code: title for code, title in controls.language_titles().items() if code in codes}
        language = controls.select_picker("Language", choices.RECORDED_LANGUAGE, known)
    with rows.more:
        measure = controls.option_picker("Distance to the teacher", choices.TRAINING_DISTANCE)
        dimension = dimension_picker(1, "Of")
    teacher = recorded[name].teacher or name
    reference = teacher_diagrams(teacher, snapshots[0])
    if reference is None:
        return
    with rows.second:
        step = _step_slider([snapshot.step for snapshot in snapshots])
    _diagram(recorded[name], snapshots, step, language, reference)
    job = steps_job((name, versions), snapshots, reference, dimension, measure)
    distance = f"{choices.TRAINING_DISTANCE.titles[measure]} distance"
    _curves(_context(recorded[name], snapshots[0]), job, (language, dimension, distance), step)


def _step_slider(steps: list[int]) -> int:
    """Returns the chosen step; the last one at first."""
    titles = {str(step): f"{step:,}" for step in reversed(steps)}
    help_text = "The arrow keys move it."
    return int(
        controls.step_slider("Training step", choices.TRAINING_STEP, titles, help_text=help_text)
    )


def _diagram(
    info: EncoderInfo,
    snapshots: Sequence[Snapshot],
    step: int,
    language: str,
    teacher: Diagrams,
) -> None:
    """Shows the language's diagram at one step over the teacher's English, on the run's axes."""
    snapshot = next(snapshot for snapshot in snapshots if snapshot.step == step)
    shown = {REFERENCE: teacher, language: snapshot.diagrams[language]}
    every = {str(s.step): s.diagrams[language] for s in snapshots}
    chart = diagram_figure(
        shown,
        context=_context(info, snapshot, f"step {step:,}"),
        reference=REFERENCE,
        highlight=[language],
        extent=largest_finite({REFERENCE: teacher, **every}),
    )
    figure(
        chart,
        key="topology/training_diagram",
        data=lambda: bars_table(shown),
        reading="Grey is the teacher's English, where the student should get to. The axes are the "
        "same at every step.",
    )


def _curves(
    context: FigureContext, job: Job[pd.DataFrame], chosen: tuple[str, int, str], step: int
) -> None:
    """Shows how far every language was from the teacher's English at every step."""
    language, dimension, distance = chosen
    found = outcomes({"curves": job})
    if not found:
        return
    chart = training_steps_figure(
        found["curves"],
        context=context,
        homology_dimension=dimension,
        distance=distance,
        highlight=[language],
        chosen_step=step,
    )
    figure(
        chart,
        key="topology/training_curves",
        data=lambda: found["curves"],
        reading="Lower is nearer. Move the slider to see the diagram at another step.",
    )


def _context(info: EncoderInfo, snapshot: Snapshot, note: str = "") -> FigureContext:
    context = figure_context(
        [info.name], metric=snapshot.metric, n_points=len(snapshot.concepts), note=note
    )
    return replace(context, languages={**context.languages, REFERENCE: "Teacher's English"})
