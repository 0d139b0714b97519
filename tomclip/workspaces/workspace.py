"""One workspace as it lies on disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from tomclip.core.errors import InputError
from tomclip.core.paths import WORKSPACE_PREFIX
from tomclip.core.reading.json_text import read_json_object
from tomclip.core.results import Shown
from tomclip.data.captions.sources import WORKSPACE_PAIRS
from tomclip.workspaces.building.findings import Finding

PREFIX = WORKSPACE_PREFIX
FACTS = "workspace.json"
ITEMS, CAPTIONS, PAIRS = "items.parquet", "captions.parquet", WORKSPACE_PAIRS
PICTURES, VECTORS = "pictures", "vectors"
SCHEMA = 1
_ADVICE = "import it again"


@dataclass(frozen=True, slots=True, repr=False)
class Workspace(Shown):
    """A data set of one's own.

    Attributes:
        path: its folder, which has its name.
        languages: number of texts by language, English first.
        pairs: pairs with English, of which training can learn.
        vectors: by "text" and "image", (rows, dimension) of the vectors that came with it.
        findings: what was odd about the data.
        versions: a row of facts per import under this name, the latest last: version, made_at
            (UTC, ISO 8601), tomclip, sources, items, texts and pictures.
    """

    path: Path
    languages: Mapping[str, int]
    pairs: int
    vectors: Mapping[str, tuple[int, int]]
    findings: tuple[Finding, ...]
    versions: tuple[Mapping[str, Any], ...]

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.path.name

    @property
    def latest(self) -> Mapping[str, Any]:
        """The facts of the version that is there."""
        return self.versions[-1]

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(one.stat().st_size for one in self.path.rglob("*") if one.is_file())

    @property
    def captions_file(self) -> Path:
        """The pairs, as `data.captions` of a training names them.

        Raises:
            InputError: when no text has an English one beside it.
        """
        if not self.pairs:
            raise InputError(
                f"the workspace {self.name!r} has no text beside an English one of its item, so "
                "that training has no pairs; add English texts"
            )
        return self.path / PAIRS

    @property
    def encoder(self) -> str | None:
        """The name under which the vectors that came with it are an encoder; None without any."""
        return f"vectors:{self.path / VECTORS}" if self.vectors else None

    def items(self) -> pd.DataFrame:
        """Returns one row per item: item, label, group, picture (its file name, "" for none)."""
        return _table(self.path / ITEMS)

    def captions(self) -> pd.DataFrame:
        """Returns one row per text: item, language, text."""
        return _table(self.path / CAPTIONS)

    def pictures(self) -> dict[str, Path]:
        """Returns the picture file of every item that has one, in the items' order."""
        items = self.items()
        named = zip(items["item"], items["picture"], strict=True)
        return {item: self.path / PICTURES / name for item, name in named if name}

    def to_frame(self) -> pd.DataFrame:
        """Returns the texts, one row each, with the label and group of their items."""
        return self.captions().merge(self.items(), on="item", how="left")

    def __repr__(self) -> str:
        facts = f"{self.latest['items']:,} items, {len(self.languages)} languages"
        return f"Workspace({self.name!r}, {facts}, {self.latest['pictures']:,} pictures)"


def read_workspace(path: Path) -> Workspace:
    """Returns the workspace in a folder.

    Raises:
        InputError: when its facts are missing or damaged.
    """
    facts = read_json_object(path / FACTS, advice=_ADVICE)
    try:
        return Workspace(
            path=path,
            languages=dict(facts["languages"]),
            pairs=int(facts["pairs"]),
            vectors={kind: (shape[0], shape[1]) for kind, shape in facts["vectors"].items()},
            findings=tuple(
                Finding(one["kind"], one["language"], one["count"], tuple(one["examples"]))
                for one in facts["findings"]
            ),
            versions=tuple(facts["versions"]),
        )
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise InputError(f"{path / FACTS} is damaged ({error!r}); {_ADVICE}") from error


def _table(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:  # pyarrow's errors are ValueErrors
        raise InputError(f"{path} is missing or damaged; {_ADVICE}") from error
