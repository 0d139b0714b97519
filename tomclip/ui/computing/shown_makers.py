"""The embedded emoji and workspaces as the data sets that pages show."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from tomclip.core.errors import InputError
from tomclip.data import EmojiDataset, PictureFiles, load_emoji
from tomclip.data.emoji import Subset
from tomclip.encoders.protocol import Images
from tomclip.evaluation import Task, TaskOptions, emoji_task
from tomclip.evaluation.tasks.workspace import folder_source
from tomclip.ui.computing.shown_data import ENGLISH, DataKey, ShownData
from tomclip.workspaces import PREFIX, Workspace, list_workspaces, open_workspace
from tomclip.workspaces.workspace import FACTS

EMOJI = DataKey("emoji")
MOST_ITEMS = 50_000
"""Items of a workspace that pages look at: a language's vectors take 100 MB then."""
MOST_EXAMPLES, LONGEST_EXAMPLE = 5, 40
COLUMNS = ("category", "subcategory")
GROUPINGS: Mapping[str, str] = {"group": "Group", "label": "Label"}
"""Columns of a workspace's items that say where they belong, the coarser first, and their titles.
"""


def workspace_keys() -> dict[str, DataKey]:
    """Returns the key of every workspace of this person by "workspace:NAME"."""
    return {key.name: key for key in map(_key_of, list_workspaces())}


def _key_of(workspace: Workspace) -> DataKey:
    content = (workspace.path / FACTS).read_bytes()
    version = hashlib.sha256(content).hexdigest()[:16]
    return DataKey(f"{PREFIX}{workspace.name}", str(workspace.path), version)


def opened(key: DataKey) -> ShownData:
    """Returns the data set of a key, which stays as it was while it is kept.

    Raises:
        InputError: when the workspace is gone, damaged, or has another content by now.
        AssetError: when the embedded data are damaged.
    """
    return _of_workspace(key) if key.path else _of_emoji(load_emoji())


@lru_cache(maxsize=2)
def _of_emoji(data: EmojiDataset) -> ShownData:
    return ShownData(
        key=EMOJI,
        title="the embedded emoji",
        noun="concepts",
        concepts=data.concepts,
        groupings={"category": "Category", "subcategory": "Subcategory"},
        names=data.names,
        titles=data.names[ENGLISH],
        subsets=_subsets(data),
        images=data.images,
        pictured=np.arange(len(data)),
        held_out_rendering=data.held_out_rendering,
        task_of=emoji_task,
    )


def _subsets(data: EmojiDataset) -> dict[str, np.ndarray]:
    names: tuple[Subset, ...] = ("unseen", "seen", "all")
    return {name: data.rows(name) for name in names}


@lru_cache(maxsize=8)
def _of_workspace(key: DataKey) -> ShownData:
    workspace = open_workspace(key.path)
    if _key_of(workspace).version != key.version:
        raise InputError(f"{key.name} was imported anew meanwhile; load the page again")
    items, captions, note = _looked_at(workspace)
    ids = tuple(items["item"].astype(str))
    names = {code: _texts(captions, code, ids) for code in workspace.languages}
    kept = set(ids)
    pictures = {item: path for item, path in workspace.pictures().items() if item in kept}
    places = {item: place for place, item in enumerate(pictures)}
    grouped = [one for one in GROUPINGS if items[one].astype(bool).any()]
    return ShownData(
        key=key,
        title=workspace.name,
        noun=f"items of {workspace.name}",
        concepts=_concepts(items, ids, grouped),
        groupings=dict(zip(COLUMNS, (GROUPINGS[one] for one in grouped), strict=False)),
        names=names,
        titles=_titles(ids, names),
        subsets={"all": np.arange(len(ids))},
        images=_images(key, list(pictures.values())),
        pictured=np.array([places.get(item, -1) for item in ids], dtype=int),
        held_out_rendering=key.name if pictures else "",
        task_of=lambda subset: _task(workspace.path),
        examples=_examples(names),
        note=note,
    )


def _looked_at(workspace: Workspace) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """Returns the items and texts that pages look at, and what is said of those left out."""
    items, captions = workspace.items(), workspace.captions()
    if len(items) <= MOST_ITEMS:
        return items, captions, ""
    note = f"Shown is a sample of {MOST_ITEMS:,} of the {len(items):,} items of {workspace.name}."
    rows = np.random.default_rng(0).choice(len(items), MOST_ITEMS, replace=False)
    items = items.iloc[np.sort(rows)].reset_index(drop=True)
    return items, captions[captions["item"].isin(items["item"])], note


def _concepts(items: pd.DataFrame, ids: Sequence[str], grouped: Sequence[str]) -> pd.DataFrame:
    table = pd.DataFrame({"id": ids, "emoji": "", **dict.fromkeys(COLUMNS, "")})
    for column, one in zip(COLUMNS, grouped, strict=False):
        table[column] = items[one].to_numpy()
    return table


def _texts(captions: pd.DataFrame, code: str, ids: Sequence[str]) -> tuple[str, ...]:
    """Returns the first text of every item in a language, "" where it has none."""
    first = captions[captions["language"] == code].drop_duplicates("item")
    of_item = dict(zip(first["item"].astype(str), first["text"], strict=True))
    return tuple(of_item.get(item, "") for item in ids)


def _titles(ids: Sequence[str], names: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Returns every item's first text in the order of the languages; without one its id."""
    columns = [*names.values(), ids]
    return tuple(next(filter(None, texts)) for texts in zip(*columns, strict=True))


def _examples(names: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Returns a short text of each of the first languages, of another item each."""
    found: list[str] = []
    for place, texts in enumerate(list(names.values())[:MOST_EXAMPLES]):
        short = [text for text in texts if text and len(text) <= LONGEST_EXAMPLE]
        found += short[place % len(short) :][:1] if short else []
    return tuple(dict.fromkeys(found))


def _images(key: DataKey, paths: Sequence[Path]) -> dict[str, Images]:
    """Returns the one rendering of a workspace, called as evaluations call its pictures."""
    return {key.name: PictureFiles(paths, Path(key.path))} if paths else {}


def _task(path: Path) -> Task:
    source = folder_source(str(path))
    if source is None:
        raise InputError(f"the workspace {path.name!r} is gone; choose another data set")
    return source.load(TaskOptions())
