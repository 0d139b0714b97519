"""The embedded data set: 1,583 emoji concepts, drawn by five vendors and named in 13 languages."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from tomclip.core.errors import AssetError, InputError
from tomclip.core.files.manifests import verify_directory
from tomclip.core.languages import parse_language
from tomclip.core.paths import assets_directory
from tomclip.core.results import ArrayRecord
from tomclip.core.subsets import Subset

FOLDS = 5
"""Parts that the concepts can be dealt into, each once the unseen one."""
CONCEPT_COLUMNS = ["id", "emoji", "category", "subcategory", "stem", "split"]


class SpriteSheets(Mapping[str, np.ndarray]):
    """Pictures by rendering, decoded from one sprite sheet each on first use and then kept."""

    def __init__(self, paths: Mapping[str, Path], *, count: int, side: int, columns: int) -> None:
        self._paths, self._count, self._side, self._columns = dict(paths), count, side, columns
        self._decoded: dict[str, np.ndarray] = {}

    def __getitem__(self, rendering: str) -> np.ndarray:
        if rendering not in self._decoded:
            self._decoded[rendering] = self._decode(self._paths[rendering])
        return self._decoded[rendering]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def _decode(self, path: Path) -> np.ndarray:
        try:
            sheet = np.asarray(Image.open(path).convert("RGBA"))
        except (OSError, ValueError) as error:
            raise AssetError(
                f"{path} cannot be read as a picture; restore it with 'git checkout'"
            ) from error
        side, columns = self._side, self._columns
        tiles = sheet.reshape(-1, side, columns, side, 4).swapaxes(1, 2)
        pictures = tiles.reshape(-1, side, side, 4)[: self._count]
        pictures.setflags(write=False)
        return pictures


@dataclass(frozen=True, eq=False, repr=False)
class EmojiDataset(ArrayRecord):
    """Concepts, their words in each language and their pictures in each rendering.

    Attributes:
        concepts: one row per concept: id (code points), emoji (character), category, subcategory,
            stem and split ("train", "validation" or "unseen"). Concepts of one stem share a split.
        names: by language, one CLDR name per concept.
        keywords: by language, CLDR's keywords per concept; their order is not parallel across
            languages.
        images: by rendering, (n, side, side, 4) uint8 RGBA, decoded on first use.
        splits: by split, the rows of its concepts.
        held_out_rendering: the rendering that no encoder was trained on.
        attribution: one entry per source package: credit, licence, version.
        fold: which of the folds is unseen; None for the split that ships.
    """

    concepts: pd.DataFrame
    names: Mapping[str, tuple[str, ...]]
    keywords: Mapping[str, tuple[tuple[str, ...], ...]]
    images: Mapping[str, np.ndarray]
    splits: Mapping[str, np.ndarray]
    held_out_rendering: str
    attribution: tuple[Mapping[str, Any], ...] = field(repr=False)
    fold: int | None = None

    def __len__(self) -> int:
        return len(self.concepts)

    @property
    def renderings(self) -> tuple[str, ...]:
        """Names of the renderings, the held-out one included."""
        return tuple(self.images)

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages, English first."""
        return tuple(self.names)

    def code_of(self, tag: str) -> str:
        """Returns the code of the language that a tag such as "zh-CN" names.

        Raises:
            InputError: when it is none of the data set's.
        """
        code = parse_language(tag)
        if code not in self.names:
            raise InputError(
                f"language is {tag!r}; the emoji have names in {', '.join(self.languages)}"
            )
        return code

    def rendering(self, name: str) -> np.ndarray:
        """Returns (n, side, side, 4) uint8 pictures.

        Raises:
            InputError: when the rendering is unknown, listing those there are.
        """
        if name not in self.images:
            raise InputError(f"rendering is {name!r}; use one of {', '.join(self.renderings)}")
        return self.images[name]

    def rows(self, subset: Subset = "all") -> np.ndarray:
        """Returns concept rows: "all", "seen" (the students' training concepts) or "unseen"."""
        chosen = {
            "all": np.arange(len(self)),
            "seen": self.splits["train"],
            "unseen": self.splits["unseen"],
        }
        if subset not in chosen:
            raise InputError(f"subset is {subset!r}; use {', '.join(chosen)}")
        return chosen[subset]

    def picture_png(self, row: int, rendering: str, side: int = 96) -> bytes:
        """Returns one picture as PNG bytes, `side` pixels wide."""
        picture = Image.fromarray(self.rendering(rendering)[row])
        stream = io.BytesIO()
        picture.resize((side, side), Image.Resampling.LANCZOS).save(stream, "PNG")
        return stream.getvalue()


def load_emoji(directory: Path | None = None, *, fold: int | None = None) -> EmojiDataset:
    """Returns the data set in `directory` (default: the one that ships), checked and memoised.

    Args:
        directory: Where it lies.
        fold: With a number from 0 to 4 the concepts are split anew: every stem belongs to one of
            five folds, decided by its letters. The fold of that number is unseen, half of the next
            one is validation, the rest trains. So each concept is unseen in exactly one fold, and
            stems stay together. The students that ship were trained on the split without a fold.

    Raises:
        AssetError: when a file is missing, truncated or altered.
        InputError: when there is no such fold.
    """
    folder = (directory or assets_directory() / "emoji").resolve()
    if fold is None:
        return _load(folder, _modified(folder))
    if fold not in range(FOLDS):
        raise InputError(f"fold is {fold}; use a whole number from 0 to {FOLDS - 1}, or none")
    return _load_fold(folder, _modified(folder), fold)


@lru_cache(maxsize=FOLDS)
def _load_fold(folder: Path, modified: float, fold: int) -> EmojiDataset:
    whole = _load(folder, modified)
    splits = fold_splits(whole.concepts["stem"], fold)
    named = np.empty(len(whole), dtype=object)
    for split, rows in splits.items():
        named[rows] = split
    return replace(whole, concepts=whole.concepts.assign(split=named), splits=splits, fold=fold)


def fold_splits(stems: Iterable[str], fold: int) -> dict[str, np.ndarray]:
    """Returns the rows of each split when one of `FOLDS` folds is unseen.

    Stems are dealt out in the order of the SHA-256 of their letters, each to the fold that its
    first concept falls into when the concepts are counted through in that order.

    Args:
        stems: (n,) the stem of each concept.
        fold: 0-based.
    """
    stems = np.asarray(list(stems), dtype=str)
    distinct, of_concept, sizes = np.unique(stems, return_inverse=True, return_counts=True)
    order = np.argsort([hashlib.sha256(stem.encode()).hexdigest() for stem in distinct])
    before = np.empty(len(distinct), dtype=int)
    before[order] = np.cumsum(sizes[order]) - sizes[order]
    place = FOLDS * before[of_concept] / len(stems)
    following = (fold + 1) % FOLDS
    splits = {
        "validation": (place >= following) & (place < following + 0.5),
        "unseen": place.astype(int) == fold,
    }
    splits["train"] = ~(splits["validation"] | splits["unseen"])
    return {name: np.flatnonzero(splits[name]) for name in ("train", "validation", "unseen")}


def _modified(folder: Path) -> float:
    return max((p.stat().st_mtime for p in folder.glob("*") if p.is_file()), default=0.0)


@lru_cache(maxsize=2)
def _load(folder: Path, modified: float) -> EmojiDataset:
    manifest = verify_directory(folder)
    table = pd.read_parquet(folder / "concepts.parquet")
    return EmojiDataset(
        concepts=table[CONCEPT_COLUMNS].copy(),
        names={code: tuple(table[f"name_{code}"]) for code in manifest["languages"]},
        keywords={
            code: tuple(tuple(words) for words in table[f"keywords_{code}"])
            for code in manifest["languages"]
        },
        images=SpriteSheets(
            {name: folder / f"{name}.webp" for name in manifest["renderings"]},
            count=len(table),
            side=manifest["side"],
            columns=manifest["columns"],
        ),
        splits={
            split: np.flatnonzero(table["split"] == split)
            for split in ("train", "validation", "unseen")
        },
        held_out_rendering=manifest["held_out_rendering"],
        attribution=tuple(manifest["sources"]),
    )
