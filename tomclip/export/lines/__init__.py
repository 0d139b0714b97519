"""Python lines that compute a figure's numbers anew and draw it, for whoever gets the figure.

Each text ends with `table`, the numbers drawn, and `figure`.
"""

from __future__ import annotations

from tomclip.export.lines.compare import difference_lines
from tomclip.export.lines.topology import Cloud, barcode_lines, betti_lines, diagram_lines

__all__ = ["Cloud", "barcode_lines", "betti_lines", "diagram_lines", "difference_lines"]
