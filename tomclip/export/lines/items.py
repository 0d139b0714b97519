"""The items that a figure is about, read by Python lines: the embedded emoji or a workspace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TASK = "workspace:"

VECTORS = '''\
def vectors(encoder, code, items):
    """Returns the vectors of the texts of some items in a language."""
    texts = names[code].dropna()
    cloud = cached_text_embeddings(encoder, tuple(texts), language=code, ids=tuple(texts.index))
    return cloud.select(texts.index.get_indexer(items))

'''


@dataclass(frozen=True, slots=True)
class Items:
    """Which items a figure is about.

    Attributes:
        workspace: name or folder of a workspace; "" is the embedded emoji.
        subset: of the emoji: "all", "seen" or "unseen".
        described: languages in which every item must have a text.
        chosen: ids of the very items, in this order, in place of a subset.
    """

    workspace: str = ""
    subset: str = "all"
    described: Sequence[str] = ()
    chosen: Sequence[str] = ()


def items_text(items: Items) -> str:
    """Returns the lines that make `names`, `items` and the function `vectors`.

    `names` has a row per item and a column per language, `items` are ids, and `vectors` gives the
    vectors of an encoder's texts.
    """
    parts = [_workspace_text(items.workspace) if items.workspace else _emoji_text(items.subset)]
    if items.chosen:
        parts.append(f"items = pd.Index({list(items.chosen)!r})\n")
    if items.described:
        parts.append(f"items = names.loc[items, {list(items.described)!r}].dropna().index\n")
    return "".join(parts) + "\n\n" + VECTORS


def sampled_text(most: int) -> str:
    """Returns the line that takes a seeded sample of so many items."""
    return f"items = items[sample_rows(len(items), max_points={most}, seed=0)]\n"


def task_text(items: Items) -> str:
    """Returns the line that makes `task`, what encoders are asked about the items."""
    if not items.workspace:
        return f"task = emoji_task({items.subset!r})\n"
    return f"task = load_task({task_name(items.workspace)!r})\n"


def task_name(workspace: str) -> str:
    """Returns what `--data` and `load_task` call a workspace of this name, or in this folder."""
    folder = "/" in workspace or "\\" in workspace
    return workspace if folder else f"{TASK}{workspace}"


def _emoji_text(subset: str) -> str:
    return f"""emoji = load_emoji()
names = pd.DataFrame(emoji.names, index=list(emoji.concepts["id"]))
items = names.index[emoji.rows({subset!r})]
"""


def _workspace_text(workspace: str) -> str:
    return f"""workspace = open_workspace({workspace!r})
captions = workspace.captions().drop_duplicates(["item", "language"])
names = captions.pivot(index="item", columns="language", values="text")
names = names.reindex(index=workspace.items()["item"], columns=list(workspace.languages))
items = names.index
"""
