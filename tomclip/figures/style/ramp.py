"""Which text is read on the colours of the ramps, in both themes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tomclip.figures.style.palette import DARK_RAMP, LIGHT_RAMP, luminance

TURN = 0.1791
"""Luminance on which black and white have the same contrast, 4.58: WCAG asks for 4.5."""
_NAMES = {(True, False): "cell_low", (True, True): "cell_middle", (False, True): "cell_high"}


def ramp_colour(ramp: Sequence[str], position: float) -> str:
    """Returns the hexadecimal colour at a position in [0, 1], between steps as plotly mixes it."""
    steps = np.array([[int(step[at : at + 2], 16) for at in (1, 3, 5)] for step in ramp])
    places = np.linspace(0, 1, len(ramp))
    mixed = (np.interp(position, places, channel) for channel in steps.T)
    return "#" + "".join(f"{round(float(part)):02x}" for part in mixed)


RAMPS = (LIGHT_RAMP, DARK_RAMP)


def cell_text(position: float, ramps: tuple[Sequence[str], Sequence[str]] = RAMPS) -> str:
    """Returns the palette's name of the text that is read at a position of a ramp, in [0, 1].

    It names one colour a theme: the ramps run against each other.

    Args:
        position: on the ramp.
        ramps: the steps of the ramp on light and on dark ground.
    """
    black = (luminance(ramp_colour(ramp, position)) > TURN for ramp in ramps)
    return _NAMES[(next(black), next(black))]
