"""From files to a workspace: looked at, mapped, confirmed, written."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa

from tomclip.core.results import ArrayRecord
from tomclip.workspaces.building.contents import Contents, contents_of
from tomclip.workspaces.reading.columns import ColumnMapping, Role
from tomclip.workspaces.reading.limits import LIMITS, Limits
from tomclip.workspaces.reading.sniffing import sniffed
from tomclip.workspaces.reading.sources import Sources, find_sources
from tomclip.workspaces.reading.tables import is_vectors
from tomclip.workspaces.store import require_name, write_workspace
from tomclip.workspaces.workspace import Workspace

SAMPLE_ROWS = 10
Changes = Mapping[str, tuple[Role, str]]


@dataclass(frozen=True, eq=False, repr=False)
class Inspection(ArrayRecord):
    """Files that were read, and what their columns may be.

    Attributes:
        sources: the files, sorted.
        table: their rows; None when only pictures came.
        mapping: the proposal; None without rows.
    """

    sources: Sources
    table: pa.Table | None
    mapping: ColumnMapping | None

    def head(self, rows: int = SAMPLE_ROWS) -> pd.DataFrame:
        """Returns the first rows as text, vectors by their length; no column without a table."""
        if self.table is None:
            return pd.DataFrame()
        first = self.table.slice(0, rows)
        columns = {}
        for name in first.column_names:
            values = first.column(name).to_pylist()
            vectors = is_vectors(first.column(name))
            columns[name] = [f"{len(v)} numbers" if vectors and v else v or "" for v in values]
        return pd.DataFrame(columns)

    def contents(
        self, changes: Changes | None = None, limits: Limits = LIMITS, *, name: str = "workspace"
    ) -> Contents:
        """Returns the data set under the proposal with some changes.

        Raises:
            InputError: as `ColumnMapping.changed` and `contents_of`.
        """
        mapping = self.mapping and self.mapping.changed(changes or {})
        return contents_of(self.sources, self.table, mapping, limits, name=name)


def inspect_files(
    paths: Sequence[Path | str], scratch: Path, limits: Limits = LIMITS
) -> Inspection:
    """Returns what files hold, with a proposal of what each column is.

    Args:
        paths: Files, folders and zips.
        scratch: An empty folder that zips are unpacked into; keep it until the data are written.
        limits: What is too large.

    Raises:
        InputError: in one sentence, for whatever cannot be read or is too large.
    """
    sources = find_sources(paths, scratch, limits)
    table = sources.table(limits)
    return Inspection(sources, table, None if table is None else sniffed(table))


@contextmanager
def inspected(paths: Sequence[Path | str], limits: Limits = LIMITS) -> Iterator[Inspection]:
    """Yields what `inspect_files` returns; what zips held is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="tomclip-") as scratch:
        yield inspect_files(paths, Path(scratch), limits)


def create_workspace(
    name: str,
    paths: Sequence[Path | str],
    *,
    changes: Changes | None = None,
    replace: bool = False,
    limits: Limits = LIMITS,
) -> Workspace:
    """Returns a new workspace with the data of some files.

    Args:
        name: Its name: letters, digits, -, _ and .
        paths: Files of captions (CSV, TSV, JSONL, parquet), pictures, vectors, folders and zips.
        changes: By column, (role, language) where the proposal is to be another.
        replace: Whether an earlier workspace of this name gives way, as its next version.
        limits: What is too large.

    Raises:
        InputError: in one sentence, for whatever cannot be taken; nothing is written then, and an
            earlier workspace stays as it was.
    """
    require_name(name)
    with inspected(paths, limits) as found:
        contents = found.contents(changes, limits, name=name)
        return write_workspace(name, contents, found.sources.given, replace=replace)
