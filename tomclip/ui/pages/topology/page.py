"""The Topology page: which cloud, and which view of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tomclip.ui.computing import cached
from tomclip.ui.computing.cached import CloudChoice
from tomclip.ui.known_encoders.text_encoders import show_unread
from tomclip.ui.pages.topology.barcode import show_barcode
from tomclip.ui.pages.topology.clouds import cloud_picker
from tomclip.ui.pages.topology.curves import show_curves
from tomclip.ui.pages.topology.diagram import show_all_languages, show_diagram
from tomclip.ui.pages.topology.distances import show_distances
from tomclip.ui.pages.topology.loops import show_loops
from tomclip.ui.pages.topology.over_training import show_training
from tomclip.ui.pages.topology.significance import show_significance
from tomclip.ui.pages.topology.sparsification import show_sparsification
from tomclip.ui.parts import controls
from tomclip.ui.parts.control_rows import ControlRows
from tomclip.ui.view_state import choices

SHOWN: Mapping[str, Callable[[CloudChoice, int, ControlRows], None]] = {
    "diagram": show_diagram,
    "loops": show_loops,
    "barcode": show_barcode,
    "curves": show_curves,
    "languages": show_all_languages,
    "distances": show_distances,
    "significance": show_significance,
    "sparsification": show_sparsification,
}


def show() -> None:
    """Shows the controls and the chosen view."""
    rows = ControlRows("topology")
    with rows.first:
        view = controls.grouped_picker("View", choices.TOPOLOGY_VIEW, choices.TOPOLOGY_GROUPS)
    if view == "training":
        show_training(rows)
        return
    choice, max_dimension = cloud_picker(rows)
    show_unread([choice.encoder], cached.dataset().languages)
    SHOWN[view](choice, max_dimension, rows)
