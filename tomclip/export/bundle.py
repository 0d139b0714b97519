"""A figure with its data and how it was made, as one zip archive."""

from __future__ import annotations

import hashlib
import io
import json
import platform
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from tomclip.core.errors import InputError
from tomclip.export.browser import ExportError
from tomclip.export.images import DEFAULT_WIDTH, ImageFormat, html_bytes, images_bytes
from tomclip.export.spreadsheets import spreadsheet_csv
from tomclip.figures.style.head import plain
from tomclip.figures.style.palette import ThemeName
from tomclip.figures.style.template import figure_content

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
PACKAGES = ("tomclip", "plotly", "kaleido", "numpy", "pandas")
WHAT = {
    "svg": "vector image; it names its fonts, so open it where they are installed",
    "pdf": "vector image with its fonts inside",
    "png": "pixel image",
    "html": "the figure with zoom and hover; needs no network",
    "csv": "the numbers that are drawn; ' stands before text that a spreadsheet would run",
    "json": "how it was made, and the SHA-256 of every file",
}


def figure_bundle(
    figure: go.Figure,
    *,
    name: str,
    data: pd.DataFrame,
    formats: Sequence[ImageFormat] = ("svg", "png"),
    width: int = DEFAULT_WIDTH,
    height: int | None = None,
    scale: float = 2.0,
    theme: ThemeName | None = None,
    facts: Mapping[str, Any] | None = None,
) -> bytes:
    """Returns a zip archive: the images, `.html`, `data.csv`, `metadata.json` and `README.txt`.

    Without a browser the images are left out, and README and metadata say so.

    Args:
        figure: a figure of `tomclip.figures`.
        name: of the files; letters, digits, ".", "_" and "-".
        data: what is drawn, one row per mark.
        formats, width, height, scale, theme: see `images_bytes`.
        facts: more about how the numbers were made (JSON values), for the metadata.

    Raises:
        InputError: for a name with other characters, or a size out of range.
    """
    if not NAME.fullmatch(name):
        raise InputError(
            f"name is {name!r}; use up to 100 letters, digits, '.', '_' and '-', not a sign first"
        )
    files, missing = _images(figure, name, formats, width, height, scale, theme)
    files[f"{name}.html"] = html_bytes(figure, theme=theme)
    files["data.csv"] = spreadsheet_csv(data)
    metadata = _metadata(figure, name, files, facts)
    metadata["export"] = {"width": width, "height": height, "scale": scale, "theme": theme}
    metadata["images_left_out"] = missing
    files["metadata.json"] = json.dumps(metadata, indent=2, ensure_ascii=False).encode()
    files["README.txt"] = _readme(metadata, files, missing).encode()
    return _zipped(name, files)


def _images(
    figure: go.Figure,
    name: str,
    formats: Sequence[ImageFormat],
    width: int,
    height: int | None,
    scale: float,
    theme: ThemeName | None,
) -> tuple[dict[str, bytes], str]:
    """Returns the images by file name, and why there are none ("" when there are)."""
    try:
        images = images_bytes(figure, formats, width=width, height=height, scale=scale, theme=theme)
    except ExportError as error:
        return {}, str(error)
    return {f"{name}.{image_format}": content for image_format, content in images.items()}, ""


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed as a package"


def _metadata(
    figure: go.Figure, name: str, files: Mapping[str, bytes], facts: Mapping[str, Any] | None
) -> dict[str, Any]:
    layout = figure_content(figure)["layout"]
    return {
        "schema": 1,
        "name": name,
        "title": plain((layout.get("title") or {}).get("text")),
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "figure": {key: v for key, v in (layout.get("meta") or {}).items() if key != "head"},
        "facts": dict(facts or {}),
        "versions": {
            "python": platform.python_version(),
            **{package: _installed(package) for package in PACKAGES},
        },
        "files": {
            path: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
            for path, content in files.items()
        },
    }


def _readme(metadata: Mapping[str, Any], files: Mapping[str, bytes], missing: str) -> str:
    """Returns a short text for whoever opens the archive without this program."""
    about = metadata["figure"]
    lines = [
        metadata["title"],
        " · ".join(
            str(part)
            for part in (
                ", ".join(about.get("encoder", [])),
                about.get("metric"),
                f"{about.get('n_points', 0):,} {about.get('points', 'points')}",
                about.get("note"),
            )
            if part
        ),
        f"Made with ToMCLIP Studio {metadata['versions']['tomclip']} on {metadata['made_at']}.",
        "",
        *(f"{path:<32} {WHAT[path.rsplit('.', 1)[1]]}" for path in files),
    ]
    if missing:
        lines += ["", f"Images were left out: {missing}."]
    return "\n".join(lines) + "\n"


def _zipped(name: str, files: Mapping[str, bytes]) -> bytes:
    """Returns the files inside one folder `name`, so that unpacking does not scatter them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(f"{name}/{path}", content)
    return buffer.getvalue()
