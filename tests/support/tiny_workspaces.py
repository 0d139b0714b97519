"""Workspaces small enough to look at: names of emoji, with holes, with and without pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from tomclip.data import load_emoji
from tomclip.workspaces import Workspace, create_workspace

ITEMS, UNNAMED, UNPICTURED = 24, 4, 3
"""Items, those without a Korean text (the first), and those without a picture (the last)."""


def tiny_workspace(
    name: str,
    folder: Path,
    *,
    codes: Sequence[str] = ("en", "ko"),
    pictures: bool = False,
    labels: bool = True,
) -> Workspace:
    """Returns a workspace of `ITEMS` items, whose first ones have no text in Korean."""
    emoji = load_emoji()
    rows = np.arange(ITEMS)
    table = pd.DataFrame({"key": [f"item-{row}" for row in rows]})
    for code in codes:
        texts = [emoji.names[code][row] for row in rows]
        table[code] = ["" if code == "ko" and row < UNNAMED else texts[row] for row in rows]
    if labels:
        table["label"] = ["round" if row % 2 else "square" for row in rows]
    folder.mkdir(parents=True, exist_ok=True)
    if pictures:
        shown = rows[: ITEMS - UNPICTURED]
        table["file"] = [f"{row}.png" if row in shown else "" for row in rows]
        (folder / "pictures").mkdir()
        for row in shown:
            drawn = emoji.rendering(emoji.held_out_rendering)[row]
            Image.fromarray(drawn).save(folder / "pictures" / f"{row}.png")
    path = folder / f"{name}.csv"
    table.to_csv(path, index=False)
    return create_workspace(name, [path, *([folder / "pictures"] if pictures else [])])
