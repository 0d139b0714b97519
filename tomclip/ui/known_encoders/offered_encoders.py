"""Every encoder that the studio lists, in the order and with the titles that all pages share.

What stands on something that is not on this machine is listed, and offered nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tomclip.core.errors import RunError
from tomclip.core.paths import runs_directory
from tomclip.encoders.added import KnownEncoder, known_encoders
from tomclip.encoders.catalogue import RUN_PREFIX
from tomclip.runs import observed_state
from tomclip.runs.observation import AT_WORK
from tomclip.runs.records import pinned_runs

MOST_NAMED = 3
MORE_ENCODERS = "Others are added on the Encoders page."
IN_TRAINING = AT_WORK | {"queued"}


def offered_encoders() -> tuple[KnownEncoder, ...]:
    """Returns those of the listed encoders that can be loaded."""
    return tuple(one for one in listed_encoders() if not one.lacking)


def listed_encoders() -> tuple[KnownEncoder, ...]:
    """Returns what ships, the students of pinned runs, those of other runs, and what was added.

    The title of a run's student that has not finished says so, wherever it is shown.
    """
    known, pinned = known_encoders(), pinned_students()
    runs = [one for one in known if one.name.startswith(RUN_PREFIX)]
    pinned_first = iter(sorted(runs, key=lambda one: one.name not in pinned))
    ordered = (next(pinned_first) if one.name.startswith(RUN_PREFIX) else one for one in known)
    return tuple(replace(one, title=f"{one.title}{unfinished(one.name)}") for one in ordered)


def shipped_and_pinned() -> tuple[KnownEncoder, ...]:
    """Returns the listed encoders without the students of runs that nobody pinned."""
    pinned = pinned_students()
    return tuple(
        one
        for one in listed_encoders()
        if one.name in pinned or not one.name.startswith(RUN_PREFIX)
    )


def described(encoder: KnownEncoder) -> str:
    """Returns what the encoder is, after why it cannot be used where it cannot."""
    why = f"Cannot be used: {encoder.lacking}. " if encoder.lacking else ""
    return f"{why}{encoder.description}"


def lacking_notes(encoders: Iterable[KnownEncoder]) -> tuple[str, ...]:
    """Returns one sentence for everything that some of the encoders stand on and that is not here.

    It names the encoders, three of them at most.
    """
    groups: dict[str, list[str]] = {}
    for one in encoders:
        if one.lacking:
            groups.setdefault(one.lacking, []).append(one.title)
    return tuple(f"{_named(titles)} cannot be used: {why}." for why, titles in groups.items())


def others_note() -> str:
    """Returns where encoders come from that no page offers, and why some of the listed are not."""
    return " ".join((MORE_ENCODERS, *lacking_notes(listed_encoders())))


def _named(titles: Sequence[str]) -> str:
    more = len(titles) - MOST_NAMED
    return ", ".join(titles[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


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
