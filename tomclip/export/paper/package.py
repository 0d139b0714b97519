"""A composed figure with its data, how it was made and its Python lines, as one zip archive."""

from __future__ import annotations

import hashlib
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tomclip.export.paper.arranging import ALPHABET
from tomclip.export.paper.settings import PaperFormat, PaperSettings
from tomclip.export.sets.panel import Panel, PanelSet, versions

WHAT = {
    "svg": "the figure as vectors with live text; it names its fonts",
    "pdf": "the figure as vectors, of exact size, with its fonts inside",
    "png": "the figure as pixels",
    "tiff": "the figure as pixels, for journals that ask for TIFF",
    "html": "the figure with zoom and hover; needs no network",
    "csv": "the numbers of a panel; ' stands before text that a spreadsheet would run",
    "py": "Python lines that compute a panel's numbers and draw it",
    "json": "how it was made: encoders, metric, n, choices, versions; SHA-256 of every file",
}


def panel_stem(panel: Panel, number: int) -> str:
    """Returns how the files of a panel counted from 0 are named: "a_topology_diagram"."""
    return f"{ALPHABET[number % len(ALPHABET)]}_{_plain(panel.key)}"


def figure_stem(panels: PanelSet, settings: PaperSettings) -> str:
    """Returns how the files of the whole figure are named: "name_6_panels_183mm_print"."""
    count = len(panels.panels)
    many = f"{count}_panel{'s' if count != 1 else ''}"
    return f"{_plain(panels.name)}_{many}_{settings.width_mm:.0f}mm_{settings.theme}"


def side_files(panels: PanelSet) -> dict[str, bytes]:
    """Returns, by file name, the numbers of every panel, and its Python lines where it has some."""
    files: dict[str, bytes] = {}
    for number, panel in enumerate(panels.panels):
        stem = panel_stem(panel, number)
        files[f"{stem}.csv"] = panel.table
        if panel.lines:
            files[f"{stem}.py"] = panel.lines.encode()
    return files


def figure_package(
    panels: PanelSet, settings: PaperSettings, files: Mapping[PaperFormat, bytes]
) -> bytes:
    """Returns a zip archive of one folder: the figure's files, `side_files`, JSON and README.

    Args:
        panels: the set that was composed.
        settings: as it was composed.
        files: what `composed` returned.
    """
    stem = figure_stem(panels, settings)
    inside = {f"{stem}.{name}": content for name, content in files.items()} | side_files(panels)
    record = figure_record(panels, settings)
    record["files"] = {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        for name, content in inside.items()
    }
    inside["figure.json"] = json.dumps(record, indent=2, ensure_ascii=False).encode()
    inside["README.txt"] = _readme(panels, record, list(inside)).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in inside.items():
            archive.writestr(f"{stem}/{name}", content)
    return buffer.getvalue()


def figure_record(panels: PanelSet, settings: PaperSettings) -> dict[str, Any]:
    """Returns how a figure was made, as JSON values."""
    return {
        "schema": 1,
        "name": panels.name,
        "composed_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "settings": settings.values(),
        "versions": versions(),
        "panels": [
            {
                "panel": ALPHABET[number % len(ALPHABET)],
                "title": one.title,
                "key": one.key,
                "python_lines": bool(one.lines),
                **one.facts,
            }
            for number, one in enumerate(panels.panels)
        ],
    }


def panel_facts(panel: Panel) -> str:
    """Returns in a line what a panel shows: encoders, metric, how many points."""
    meta = panel.facts.get("figure", {})
    points = f"{meta['n_points']:,} {meta.get('points', '')}" if meta.get("n_points") else ""
    parts = (", ".join(meta.get("encoder", [])), meta.get("metric"), points, meta.get("note"))
    return " · ".join(str(part).strip() for part in parts if part)


def _readme(panels: PanelSet, record: Mapping[str, Any], names: list[str]) -> str:
    lines = [panels.name, ""]
    for number, one in enumerate(panels.panels):
        facts = panel_facts(one)
        lines.append(f"{ALPHABET[number % 26]}: {one.title}{f' ({facts})' if facts else ''}")
    made = f"Made with ToMCLIP Studio {record['versions'].get('tomclip', '')}"
    lines += ["", f"{made} on {record['composed_at']}.", ""]
    lines += [f"{name:<48} {WHAT[name.rsplit('.', 1)[1]]}" for name in names]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """Returns letters, digits, "-" and "_" of a text, for a file's name on any system."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9-]+", "_", ascii_text).strip("_") or "figure"
