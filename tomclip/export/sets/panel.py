"""A figure kept for a paper: what is drawn, its numbers, how it was made, how to draw it again."""

from __future__ import annotations

import hashlib
import io
import json
import platform
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from tomclip.core.errors import InputError, TomclipError
from tomclip.export.spreadsheets import spreadsheet_csv
from tomclip.figures.style.head import plain
from tomclip.figures.style.template import figure_content

PACKAGES = ("tomclip", "plotly", "kaleido", "numpy", "pandas", "scikit-learn", "gudhi", "torch")
LONGEST_TITLE = 200
MOST_PANELS = 26
"""A set's panels are lettered a to z."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One figure of a set; equal panels hold the same letters.

    Attributes:
        id: tells it from the others of its set.
        key: what it is, as "page/figure"; its files are named by it.
        title: written above it.
        figure: plotly's JSON of the whole figure.
        table: the numbers drawn, as CSV in UTF-8.
        facts: encoders with revisions and fingerprints, metric, n, choices, seed, versions.
        lines: Python lines that draw it again; "" where there are none.
    """

    id: str
    key: str
    title: str
    figure: str = field(repr=False)
    table: bytes = field(repr=False)
    facts: Mapping[str, Any] = field(repr=False, hash=False)
    lines: str = field(default="", repr=False)

    def drawn(self, *, without: Collection[str] = ()) -> go.Figure:
        """Returns the figure.

        Args:
            without: parts of the layout to leave out, and "frames".

        Raises:
            InputError: when the JSON is no figure of plotly.
        """
        try:
            content = json.loads(self.figure)
            layout = content.get("layout", {})
            kept = {name: part for name, part in layout.items() if name not in without}
            frames = content.get("frames") if "frames" not in without else None
            return go.Figure(content["data"], kept, frames)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise InputError(
                f"the panel {self.title!r} is damaged ({type(error).__name__}); remove it and add "
                "its figure anew"
            ) from error

    def rows(self) -> pd.DataFrame:
        """Returns the numbers drawn, one row per mark."""
        return pd.read_csv(io.BytesIO(self.table))

    def retitled(self, title: str) -> Panel:
        """Returns the panel with another title of at most LONGEST_TITLE letters."""
        return replace(self, title=title.strip()[:LONGEST_TITLE])

    @property
    def digest(self) -> str:
        """What changes when anything of the panel changes: 16 hexadecimal digits."""
        parts = (self.key, self.title, self.figure, self.lines, repr(self.facts))
        digest = hashlib.sha256("\0".join(parts).encode())
        digest.update(self.table)
        return digest.hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class PanelSet:
    """Panels in their order, under a name.

    Attributes:
        name: of the set and its file.
        panels: at most 26.
        settings: how it was last arranged (JSON values), for `PaperSettings`.
    """

    name: str
    panels: tuple[Panel, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def digest(self) -> str:
        """What changes when a panel or the order changes."""
        return hashlib.sha256("".join(one.digest for one in self.panels).encode()).hexdigest()[:16]


def panel_of(
    figure: go.Figure,
    *,
    key: str,
    table: pd.DataFrame,
    choices: Mapping[str, Any] | None = None,
    lines: str = "",
    title: str = "",
) -> Panel:
    """Returns a figure of `tomclip.figures` as a panel.

    Args:
        figure: taken as it is now.
        key: "page/figure".
        table: what is drawn, one row per mark.
        choices: what else decides the numbers: subset, sample, seed, parameters (JSON values).
        lines: Python lines that draw it again.
        title: None or "" takes the figure's own.
    """
    layout = figure_content(figure)["layout"]
    own = plain((layout.get("title") or {}).get("text"))
    meta = {name: value for name, value in (layout.get("meta") or {}).items() if name != "head"}
    return Panel(
        id=secrets.token_hex(4),
        key=key,
        title=(title or own)[:LONGEST_TITLE],
        figure=figure.to_json() or "",
        table=spreadsheet_csv(table.reset_index(drop=True)),
        facts={
            "figure": meta,
            "encoders": encoder_facts(meta.get("encoder_names", ())),
            "choices": dict(choices or {}),
            "added_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "versions": versions(),
        },
        lines=lines,
    )


def encoder_facts(names: Sequence[str]) -> dict[str, dict[str, str]]:
    """Returns revision and fingerprint of each encoder; "" for what cannot be told any more."""
    from tomclip.encoders import encoder_fingerprint, encoder_revision

    def told(name: str, what: Any) -> str:
        try:
            return str(what(name) or "")
        except TomclipError:
            return ""

    return {
        name: {
            "revision": told(name, encoder_revision),
            "fingerprint": told(name, encoder_fingerprint),
        }
        for name in names
    }


def versions() -> dict[str, str]:
    """Returns the versions of Python and of the packages that make and draw the numbers."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
