"""What a data set holds: items, their texts by language, their pictures and their vectors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow as pa

from tomclip.core.errors import InputError
from tomclip.core.results import ArrayRecord
from tomclip.core.types import Embeddings
from tomclip.workspaces.building.findings import Finding, finding, in_order, text_findings
from tomclip.workspaces.building.matching import matched_pictures, require_readable, stem_of
from tomclip.workspaces.building.row_items import rows_of
from tomclip.workspaces.building.row_vectors import vectors_of_rows
from tomclip.workspaces.reading.columns import ColumnMapping
from tomclip.workspaces.reading.limits import LIMITS, Limits
from tomclip.workspaces.reading.sources import Sources

CAPTION_COLUMNS = ("item", "language", "text")


@dataclass(frozen=True, eq=False, repr=False)
class Contents(ArrayRecord):
    """A data set, checked, before it is written.

    Attributes:
        items: one row per item: item (its id), label and group ("" for none).
        captions: one row per text: item, language (code), text.
        pictures: by item, its picture file.
        vectors: of texts and of pictures, at most one `Embeddings` each.
        findings: what is odd about it.
    """

    items: pd.DataFrame
    captions: pd.DataFrame
    pictures: Mapping[str, Path] = field(default_factory=dict)
    vectors: tuple[Embeddings, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages, English first, then the ones with most texts."""
        counts = self.captions["language"].value_counts()
        return tuple(sorted(counts.index, key=lambda code: (code != "en", -counts[code], code)))


def contents_of(
    sources: Sources,
    table: pa.Table | None,
    mapping: ColumnMapping | None,
    limits: Limits = LIMITS,
    *,
    name: str = "",
) -> Contents:
    """Returns the data set that files make under a mapping of their columns.

    Args:
        sources: The files.
        table: Their rows, as `Sources.table` returns them; None when only pictures came.
        mapping: What the columns are; None without a table.
        limits: What is too large.
        name: Of the encoder of the vectors, where the files name none.

    Raises:
        InputError: in one sentence, when the mapping makes no data set, an id is missing or comes
            twice, a code is no language, pictures are damaged or missing, or a vector is not
            finite or zero.
    """
    if table is None or mapping is None:
        return _of_pictures(sources.pictures, limits)
    texts = table.num_rows * len(mapping.require_ready().texts())
    if texts > limits.texts:
        raise InputError(
            f"the tables hold up to {texts:,} texts; {limits.texts:,} are taken at once: leave "
            "columns out, or split them"
        )
    rows = rows_of(table, mapping)
    items = rows.items
    pictures, spare = matched_pictures(items, rows.picture_names, sources.pictures)
    require_readable(pictures, limits)
    captions = rows.captions
    vectors = vectors_of_rows(table, mapping, rows, name)
    if captions.empty and not pictures and not vectors:
        raise InputError("the files hold no text, picture or vector; give at least one of them")
    found = [*rows.findings, *text_findings(captions, items["item"].tolist())]
    if sources.pictures:
        without = [item for item in items["item"] if item not in pictures]
        found += finding("no_picture", "", without) + finding("spare_picture", "", spare)
    return Contents(items, captions, pictures, vectors, tuple(in_order(found)))


def _of_pictures(pictures: Mapping[str, Path], limits: Limits) -> Contents:
    """Returns a data set of pictures alone; the folder each lies in is its label."""
    if not pictures:
        raise InputError("no file with rows, vectors or pictures came; give at least one")
    names = {stem_of(name): name for name in pictures}
    if len(names) < len(pictures):  # a.png and a.jpg
        names = {name: name for name in pictures}
    require_readable({item: pictures[name] for item, name in names.items()}, limits)
    folders = [Path(name).parent.name for name in names.values()]
    items = pd.DataFrame({"item": list(names), "label": folders, "group": ""}, dtype=str)
    captions = pd.DataFrame({name: [] for name in CAPTION_COLUMNS}, dtype=str)
    return Contents(items, captions, {item: pictures[name] for item, name in names.items()})
