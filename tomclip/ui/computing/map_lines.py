"""The Python lines that make the maps of a page again."""

from __future__ import annotations

from collections.abc import Sequence

from tomclip.ui.computing.maps import PICTURES, MapChoice

READ_EMOJI = ("from tomclip.data import load_emoji", "data = load_emoji()")
"""The import and the line that give the embedded data set."""


def map_lines(
    encoders: Sequence[str], choice: MapChoice, *, reading: tuple[str, str] = READ_EMOJI
) -> str:
    """Returns Python lines after which `maps` holds every encoder's places as they are drawn.

    `maps` is a dictionary of (n, 2) arrays by encoder, in the order of `maps.map_points`. The lines
    use the same caches as the studio; on another machine the last digits may differ.

    Args:
        encoders: names; the first one's map is the start of the others, which are laid onto it.
        choice: which points, and how they are laid out.
        reading: the import and the line that make `data`, where it is not the embedded data set.
    """
    pictured = PICTURES in choice.languages
    names = ["cached_text_embeddings"] * any(choice.languages)
    names += ["cached_image_embeddings", "image_encoder_name"] * pictured
    imported, read = reading
    imports = [
        "import numpy as np",
        "",
        imported,
        f"from tomclip.encoders import {', '.join(sorted(names))}",
        f"from tomclip.geometry import {type(choice.layout).__name__}, lay_out, superpose_all",
    ]
    if not choice.chosen:
        imports.insert(4, "from tomclip.evaluation.metrics.shape import sample_rows")
    parts = [imports, [""], [read], _row_lines(choice), ["", ""], _cloud_lines(choice)]
    lines = [line for part in (*parts, _place_lines(encoders, choice)) for line in part]
    return "\n".join(lines) + "\n"


def _row_lines(choice: MapChoice) -> list[str]:
    """Returns the lines that find the concepts."""
    ids = 'ids = tuple(data.concepts["id"])'
    if choice.chosen:
        return [ids, f"rows = [ids.index(one) for one in {list(choice.chosen)!r}]"]
    return [
        ids,
        f"rows = data.rows({choice.subset!r})",
        f"rows = rows[sample_rows(len(rows), max_points={choice.concepts})]",
    ]


def _cloud_lines(choice: MapChoice) -> list[str]:
    """Returns the lines of a function that embeds what is shown, language by language."""
    lines = ["def cloud(encoder):", "    parts = []"]
    for code in choice.languages:
        lines.append("    parts.append(")
        if code == PICTURES:
            pictures = f"data.rendering({choice.rendering!r})"
            lines += [
                "        cached_image_embeddings(",
                f"            image_encoder_name(encoder), {choice.rendering!r}, {pictures},",
                '            ids=ids, labels=data.names["en"],',
                "        )",
            ]
        else:
            text = f"data.names[{code!r}], language={code!r}, ids=ids"
            lines.append(f"        cached_text_embeddings(encoder, {text})")
        lines.append("    )")
    return [*lines, "    return np.concatenate([part.vectors[rows] for part in parts])", ""]


def _place_lines(encoders: Sequence[str], choice: MapChoice) -> list[str]:
    """Returns the lines that lay the clouds out, each from the first one's map, and onto it."""
    return [
        "",
        f"layout = {choice.layout!r}",
        "maps = {}",
        f"for encoder in {list(encoders)!r}:",
        "    first = next(iter(maps.values()), None)",
        "    maps[encoder] = lay_out(cloud(encoder), layout, initial=first)",
        "maps = {name: laid.places for name, laid in superpose_all(maps).items()}",
    ]
