"""What the probes of a run recorded of its diagrams, read once for all pages, and the teacher's."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import streamlit as st

from tomclip.core.errors import RunError
from tomclip.encoders import encoder_fingerprint
from tomclip.runs import Snapshot, read_snapshot, snapshot_steps
from tomclip.runs.snapshots import snapshot_folder
from tomclip.ui.computing import cached
from tomclip.ui.computing.cached import Diagrams
from tomclip.ui.computing.jobs import Job, Report
from tomclip.ui.parts.feedback import outcomes, ready

Versions = tuple[tuple[int, int], ...]
"""Every recorded step with the time its file was written, in nanoseconds."""


def recorded_versions(path: Path) -> Versions:
    """Returns every recorded step with the time its file was written: a resumed run rewrites."""
    folder = snapshot_folder(path)
    files = ((step, folder / f"step_{step}.npz") for step in snapshot_steps(path))
    return tuple((step, file.stat().st_mtime_ns) for step, file in files)


@st.cache_resource(max_entries=4, show_spinner="Reading the recorded diagrams")
def read_recorded(path: str, versions: Versions) -> tuple[Snapshot, ...]:
    """Returns the snapshots that can be read in the order of their steps, without vectors."""
    found = []
    for step, _ in versions:
        with suppress(RunError):
            found.append(read_snapshot(Path(path), step, with_vectors=False))
    return tuple(found)


def damaged_steps(name: str, recorded: Sequence[int], read: Sequence[Snapshot]) -> str:
    """Returns which steps that the run `name` recorded could not be read; empty without any."""
    lost = sorted(set(recorded) - {snapshot.step for snapshot in read})
    if not lost:
        return ""
    steps = f"step{'s' * (len(lost) > 1)} {', '.join(map(str, lost))}"
    return f"The diagrams that '{name}' recorded at {steps} are damaged and left out."


def teacher_diagrams(teacher: str, snapshot: Snapshot) -> Diagrams | None:
    """Returns the diagrams of the teacher's English over the recorded concepts, once ready."""
    if not ready([cached.text_vectors_job(teacher, "en", cached.EMOJI)]):
        return None
    return outcomes({"teacher": teacher_diagrams_job(teacher, snapshot)}).get("teacher")


def persistence_engine_job() -> Job[None]:
    """Loads the engine, which takes a second, before a diagram is asked for."""

    def work(report: Report) -> None:
        from tomclip.topology import persistence_diagrams

        persistence_diagrams(np.eye(3), metric="euclidean")

    return cached.board("diagrams").start("engine", "Loading the persistence engine", work)


def teacher_diagrams_job(teacher: str, snapshot: Snapshot) -> Job[Diagrams]:
    """Returns the teacher's English diagrams over the concepts of a recorded snapshot."""
    vectors = cached.text_vectors(teacher, "en", cached.EMOJI).vectors[snapshot.concepts]

    def work(report: Report) -> Diagrams:
        report(0.0, "computing")
        from tomclip.topology import persistence_diagrams

        return persistence_diagrams(vectors, metric=snapshot.metric)

    key = (
        "teacher",
        teacher,
        encoder_fingerprint(teacher),
        snapshot.concepts.tobytes(),
        snapshot.metric,
    )
    return cached.board("diagrams").start(key, "Diagrams, the teacher's English", work)
