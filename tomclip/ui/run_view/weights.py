"""The four weights of the loss, as every page of runs names, explains and offers them."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

WEIGHT_STEPS = (0.0, *(round(m * 10.0**e, 6) for e in range(-4, 2) for m in (1, 3)))
WEIGHT_TITLES: Mapping[str, str] = {
    "pointwise_weight": "Point-wise",
    "distance_matrix_weight": "Distance matrix",
    "h0_weight": "Topology H0",
    "h1_weight": "Topology H1",
}
WEIGHT_HELP: Mapping[str, str] = {
    "pointwise_weight": "Every caption close to the teacher's vector of its English.",
    "distance_matrix_weight": "Distances between captions like the teacher's.",
    "h0_weight": "Connected components merge at the teacher's scales.",
    "h1_weight": "Loops are born and die at the teacher's scales; the dearest term.",
}


def weight_slider(
    label: str, key: str, *, offered: float = 0.0, help_text: str | None = None
) -> float:
    """Returns the chosen loss weight: 0, or one on a logarithmic scale.

    A value that the session holds is never written again: the browser would lose what a person has
    moved meanwhile.

    Args:
        label: of the slider.
        key: of the slider.
        offered: a weight that stands on the scale too, and the first choice.
        help_text: shown on request.
    """
    st.session_state.setdefault(key, float(offered))
    options = sorted({*WEIGHT_STEPS, float(offered), float(st.session_state[key])})
    return st.select_slider(
        label, options, key=key, format_func=lambda weight: f"{weight:g}", help=help_text
    )
