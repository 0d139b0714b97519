"""A set of panels as one file: a zip archive that any program opens.

| member | holds |
|---|---|
| set.json | schema, the panels in order with title, key, facts; how they were arranged |
| ID.figure.json | plotly's JSON of a panel |
| ID.csv | its numbers |
| ID.py | the lines that draw it again, where there are some |
"""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tomclip.core.errors import InputError
from tomclip.core.files.atomic import written_whole
from tomclip.export.sets.panel import LONGEST_TITLE, MOST_PANELS, Panel, PanelSet

SUFFIX = ".figures"
SCHEMA = 1
HEAD = "set.json"
MOST_BYTES = 256 * 2**20
"""What a set may take once it is unpacked; larger files are refused before they are read."""
_ADVICE = "choose another, or delete it and add its figures anew"


def write_set(path: Path, panels: PanelSet) -> None:
    """Replaces the file by the set, whole or not at all.

    Raises:
        InputError: when there are more than 26 panels, or the disk refuses.
    """
    if len(panels.panels) > MOST_PANELS:
        raise InputError(
            f"a figure has at most {MOST_PANELS} panels and {len(panels.panels)} came; begin "
            "another set"
        )
    head = {
        "schema": SCHEMA,
        "panels": [
            {"id": one.id, "key": one.key, "title": one.title, "facts": dict(one.facts)}
            for one in panels.panels
        ],
        "settings": dict(panels.settings),
    }
    with written_whole(path) as partial, zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(HEAD, json.dumps(head, indent=1, ensure_ascii=False))
        for one in panels.panels:
            out.writestr(f"{one.id}.figure.json", one.figure)
            out.writestr(f"{one.id}.csv", one.table)
            if one.lines:
                out.writestr(f"{one.id}.py", one.lines)


def read_set(path: Path) -> PanelSet:
    """Returns the set of a file, named by it.

    Raises:
        InputError: when the file is missing, damaged, of a later version or too large.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
            if unpacked > MOST_BYTES:
                raise InputError(
                    f"{path.name} holds {unpacked / 2**20:,.0f} MB, and a set of figures at most "
                    f"{MOST_BYTES // 2**20} MB; {_ADVICE}"
                )
            head = _head(archive, path)
            panels = tuple(_panel(archive, one) for one in head["panels"])
            if len({one.id for one in panels}) < len(panels) or len(panels) > MOST_PANELS:
                raise ValueError("panels")
            return PanelSet(path.name.removesuffix(SUFFIX), panels, dict(head["settings"]))
    except FileNotFoundError as error:
        raise InputError(f"there is no set of figures {path}; {_ADVICE}") from error
    except (
        OSError,
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        NotImplementedError,
        RuntimeError,
        EOFError,
    ) as error:
        raise InputError(
            f"{path.name} is no set of figures or is damaged ({type(error).__name__}); {_ADVICE}"
        ) from error


def panel_count(path: Path) -> int:
    """Returns how many panels the file holds, by its head alone; 0 where it cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            return len(_head(archive, path)["panels"])
    except (OSError, zipfile.BadZipFile, zlib.error, KeyError, TypeError, ValueError, InputError):
        return 0


def _head(archive: zipfile.ZipFile, path: Path) -> Mapping[str, Any]:
    head = json.loads(archive.read(HEAD))
    if head["schema"] != SCHEMA:
        raise InputError(
            f"{path.name} is a set of version {head['schema']}, and this program reads version "
            f"{SCHEMA}; update tomclip, or {_ADVICE}"
        )
    return head


def _panel(archive: zipfile.ZipFile, facts: Mapping[str, Any]) -> Panel:
    own = facts["id"]
    if not (isinstance(own, str) and own.isalnum()):
        raise ValueError("id")
    figure = archive.read(f"{own}.figure.json").decode()
    if not isinstance(json.loads(figure), dict):
        raise ValueError("figure")
    lines = f"{own}.py"
    return Panel(
        id=own,
        key=str(facts["key"]),
        title=str(facts["title"])[:LONGEST_TITLE],
        figure=figure,
        table=archive.read(f"{own}.csv"),
        facts=dict(facts["facts"]),
        lines=archive.read(lines).decode() if lines in archive.namelist() else "",
    )
