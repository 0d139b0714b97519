"""Python lines that compute a figure's numbers anew and draw it, for whoever gets the figure.

Each text ends with `table`, the numbers drawn, and `figure`. Pages give typed records of what they
show; a workspace is read by `tomclip.workspaces`, everything else is the embedded emoji.
"""

from __future__ import annotations

from tomclip.export.lines.clouds import Cloud
from tomclip.export.lines.curves import betti_lines, euler_lines, landscape_lines
from tomclip.export.lines.items import Items, task_name
from tomclip.export.lines.maps import (
    Maps,
    class_map_lines,
    language_map_lines,
    map_lines,
    moved_map_lines,
)
from tomclip.export.lines.scores import (
    Scored,
    accuracy_lines,
    difference_lines,
    gap_lines,
    shape_lines,
)
from tomclip.export.lines.topology import (
    barcode_lines,
    diagram_lines,
    distances_lines,
    encoder_grid_lines,
    grid_lines,
    loops_lines,
)

__all__ = [
    "Cloud",
    "Items",
    "Maps",
    "Scored",
    "accuracy_lines",
    "barcode_lines",
    "betti_lines",
    "class_map_lines",
    "diagram_lines",
    "difference_lines",
    "distances_lines",
    "encoder_grid_lines",
    "euler_lines",
    "gap_lines",
    "grid_lines",
    "landscape_lines",
    "language_map_lines",
    "loops_lines",
    "map_lines",
    "moved_map_lines",
    "shape_lines",
    "task_name",
]
