"""Icons of five published sets that nothing trains on, each showing an emoji concept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tomclip.core.errors import AssetError
from tomclip.core.files.manifests import verify_directory
from tomclip.core.paths import assets_directory
from tomclip.core.results import ArrayRecord
from tomclip.data.emoji import EmojiDataset, SpriteSheets, Subset, load_emoji


@dataclass(frozen=True, eq=False, repr=False)
class IconDataset(ArrayRecord):
    """Icons by concept: several hands' drawings of everyday things that the emoji name.

    Attributes:
        ids: one per icon, such as "mdi:gift": its set, and its name there.
        sets: names of the icon sets, one per icon.
        concepts: (n,) int, the row of each icon's concept in `emoji`; icons lie by concept.
        images: (n, 64, 64, 4) uint8, ink on white paper, opaque.
        emoji: the concepts, with their names, and their splits: "unseen" are those that no student
            has read in any language.
        attribution: one entry per set: package, version, licence, credit, number of icons.
    """

    ids: tuple[str, ...]
    sets: tuple[str, ...]
    concepts: np.ndarray
    images: np.ndarray
    emoji: EmojiDataset
    attribution: tuple[Mapping[str, Any], ...] = field(repr=False)

    def __len__(self) -> int:
        return len(self.ids)

    def rows(self, subset: Subset = "all") -> np.ndarray:
        """Returns the rows of the icons whose concept is in a subset of the emoji.

        Raises:
            InputError: when the subset is unknown.
        """
        return np.flatnonzero(np.isin(self.concepts, self.emoji.rows(subset)))


def load_icons(directory: Path | None = None) -> IconDataset:
    """Returns the icons in `directory` (default: those that ship), checked and memoised.

    Raises:
        AssetError: when a file is missing, truncated or altered, or an icon shows a concept that
            the emoji have not.
    """
    return _load((directory or assets_directory() / "icons").resolve())


@lru_cache(maxsize=2)
def _load(folder: Path) -> IconDataset:
    manifest, emoji = verify_directory(folder), load_emoji()
    table = pd.read_csv(folder / "icons.csv", dtype=str, keep_default_na=False)
    row_of = {code: row for row, code in enumerate(emoji.concepts["id"])}
    strange = sorted(set(table["concept"]) - set(row_of))
    if strange:
        raise AssetError(
            f"{folder / 'icons.csv'} shows {strange[0]}, which the emoji have not; build both with "
            "'python scripts/build_emoji.py' and 'python scripts/build_icons.py'"
        )
    sheet = SpriteSheets(
        {"icons": folder / "icons.webp"},
        count=len(table),
        side=manifest["side"],
        columns=manifest["columns"],
    )
    return IconDataset(
        ids=tuple(table["set"] + ":" + table["icon"]),
        sets=tuple(table["set"]),
        concepts=np.array([row_of[code] for code in table["concept"]]),
        images=sheet["icons"],
        emoji=emoji,
        attribution=tuple(manifest["sources"]),
    )
