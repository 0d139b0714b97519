"""How the text of Python lines is put together: its parts, and the imports that they need."""

from __future__ import annotations

import ast
from collections.abc import Mapping

HOMES: Mapping[str, tuple[str, ...]] = {
    "tomclip.core.languages": ("LANGUAGES", "language"),
    "tomclip.data": ("PictureFiles", "load_emoji"),
    "tomclip.encoders": (
        "cached_image_embeddings",
        "cached_text_embeddings",
        "image_encoder_name",
    ),
    "tomclip.evaluation": (
        "accuracy_cells",
        "class_hits",
        "compare_reports",
        "difference_cells",
        "emoji_task",
        "english_gap_cells",
        "evaluate",
        "groups_of",
        "load_task",
        "sample_rows",
    ),
    "tomclip.figures": (
        "FigureContext",
        "accuracy_figure",
        "aligned_maps_figure",
        "barcode_stack_figure",
        "betti_figure",
        "class_accuracy_figure",
        "class_difference_figure",
        "class_gap_figure",
        "class_map_figure",
        "diagram_figure",
        "diagram_grid_figure",
        "difference_figure",
        "distance_matrix_figure",
        "euler_figure",
        "landscape_figure",
        "language_maps_figure",
        "loop_lives_figure",
        "map_figure",
        "moved_maps_figure",
        "point_out_concepts",
        "score_table",
        "shape_figure",
    ),
    "tomclip.geometry": (
        "Pacmap",
        "Pca",
        "Tsne",
        "Umap",
        "distance_matrix",
        "lay_out",
        "neighbour_change",
        "superpose_all",
    ),
    "tomclip.topology": (
        "bar_p_values",
        "betti_curve",
        "compare_loops",
        "confidence_band",
        "deciding_match",
        "diagram_distance_matrix",
        "euler_curve",
        "landscape",
        "maxmin_landmarks",
        "optimal_matching",
        "persistence_diagrams",
    ),
    "tomclip.workspaces": ("open_workspace",),
}
"""Where the names come from that lines use."""
SHORT: Mapping[str, str] = {"np": "numpy", "pd": "pandas"}


def written(*parts: str) -> str:
    """Returns the parts, one below the other, under the imports of all that they use.

    Args:
        parts: lines of Python; names of `HOMES`, `np` and `pd` are imported, others are their own.
    """
    body = "\n".join(part.strip("\n") for part in parts if part)
    used = {node.id for node in ast.walk(ast.parse(body)) if isinstance(node, ast.Name)}
    packages = [f"import {package} as {name}" for name, package in SHORT.items() if name in used]
    own = [
        f"from {home} import {', '.join(name for name in names if name in used)}"
        for home, names in HOMES.items()
        if used.intersection(names)
    ]
    head = [*packages, "", *own] if packages else own
    return "\n".join([*head, "", body]) + "\n"


def called(name: str, *arguments: str) -> str:
    """Returns a call, an argument a line; those that are "" are left out."""
    lines = "".join(f"    {one},\n" for one in arguments if one)
    return f"{name}(\n{lines})"
