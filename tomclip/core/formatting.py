"""Numbers as people read them: signs, durations and speeds, the same on pages and in terminals."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

MINUS = "\u2212"
SLOW_SECONDS = 1.0
"""From here on a step is told by how long it takes, not by how many there are in a second."""


def decimal(value: float, digits: int, *, signed: bool = False, minus: str = MINUS) -> str:
    """Returns the number with so many decimals; what rounds to 0 has no sign.

    Args:
        value: any number.
        digits: decimals, from 0.
        signed: whether a number above 0 gets a plus.
        minus: of numbers below 0, "-" where they are copied from a terminal.
    """
    text = f"{value:{'+' if signed else ''}.{digits}f}"
    if not text.strip("+-0."):
        text = text.lstrip("+-")
    return text.replace("-", minus)


def without_signed_zeros(values: pd.DataFrame, digits: int) -> pd.DataFrame:
    """Returns the table with 0 for every number that rounds to it, which a column of a page would
    otherwise write as -0.0.

    Args:
        values: numbers, NaN among them.
        digits: decimals that the page shows.
    """
    return values.where(values.round(digits) != 0, 0.0)


def duration(seconds: float) -> str:
    """Returns seconds as minutes:seconds, from an hour on with hours before them."""
    minutes, rest = divmod(round(seconds), 60)
    hours, of_hour = divmod(minutes, 60)
    return f"{hours}:{of_hour:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def about(seconds: float) -> str:
    """Returns a time that is not known to the second in words: "40 s", "4 min", "1 h 20 min"."""
    if seconds < 57.5:
        return f"{max(5 * round(seconds / 5), 5)} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return f"{minutes} min"
    tens = min(10 * round(minutes / 10), 50)
    return f"{hours} h {tens} min" if tens else f"{hours} h"


def speed(seconds_a_step: float) -> str:
    """Returns a speed in words: "4.0 steps a second", or "34 s a step" where steps are slow.

    Args:
        seconds_a_step: above 0.
    """
    if seconds_a_step < SLOW_SECONDS:
        return f"{1 / seconds_a_step:.1f} steps a second"
    return f"{_slow(seconds_a_step)} a step"


def titled_speed(seconds_a_step: float) -> tuple[str, str]:
    """Returns a speed as title and value: ("Steps a second", "4.0") or ("A step takes", "34 s").

    Args:
        seconds_a_step: 0 where it is not known yet.
    """
    if not seconds_a_step:
        return "Steps a second", "–"
    if seconds_a_step < SLOW_SECONDS:
        return "Steps a second", f"{1 / seconds_a_step:.1f}"
    return "A step takes", _slow(seconds_a_step)


def _slow(seconds: float) -> str:
    if seconds >= 120.0:
        return f"{duration(seconds)} min"
    return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:.0f} s"
