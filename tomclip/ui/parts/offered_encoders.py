"""Every encoder that the studio offers, in the order and with the titles that all pages share."""

from __future__ import annotations

from dataclasses import replace

from tomclip.core.errors import RunError
from tomclip.core.paths import runs_directory
from tomclip.encoders.added import KnownEncoder, known_encoders
from tomclip.encoders.catalogue import RUN_PREFIX
from tomclip.runs import observed_state
from tomclip.runs.observation import AT_WORK
from tomclip.runs.records import pinned_runs

IN_TRAINING = AT_WORK | {"queued"}


def offered_encoders() -> tuple[KnownEncoder, ...]:
    """Returns what ships, the students of pinned runs, those of other runs, and what was added.

    The title of a run's student that has not finished says so, wherever it is shown.
    """
    known, pinned = known_encoders(), pinned_students()
    runs = [one for one in known if one.name.startswith(RUN_PREFIX)]
    pinned_first = iter(sorted(runs, key=lambda one: one.name not in pinned))
    ordered = (next(pinned_first) if one.name.startswith(RUN_PREFIX) else one for one in known)
    return tuple(replace(one, title=f"{one.title}{unfinished(one.name)}") for one in ordered)


def shipped_and_pinned() -> tuple[KnownEncoder, ...]:
    """Returns the offered encoders without the students of runs that nobody pinned."""
    pinned = pinned_students()
    return tuple(
        one
        for one in offered_encoders()
        if one.name in pinned or not one.name.startswith(RUN_PREFIX)
    )


def pinned_students() -> frozenset[str]:
    """Returns the names of the encoders that pinned runs are; some may have no checkpoint yet."""
    return frozenset(f"{RUN_PREFIX}{run}" for run in pinned_runs())


def unfinished(encoder: str) -> str:
    """Returns what stands behind the title of a run's student before the run has finished.

    Empty for a finished run's, for one whose status cannot be read, and for any other encoder.
    """
    if not encoder.startswith(RUN_PREFIX):
        return ""
    try:
        observed = observed_state(runs_directory() / encoder.removeprefix(RUN_PREFIX), lines=1)
    except RunError:
        return ""
    if observed.state == "finished":
        return ""
    if observed.state in IN_TRAINING:
        return " (in training)"
    return f" (ended at step {observed.status.step:,})"


def is_in_training(encoder: str) -> bool:
    """Returns whether it is a run's student that changes with every better checkpoint."""
    return unfinished(encoder) == " (in training)"
