"""Reads the emoji packages: which pictures and which words exist for a code point.

Used by `build_emoji.py` (the shipped data set) and `train_teacher.py` (which trains on two more
renderings than are shipped).
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

SIDE = 64


@dataclass(frozen=True)
class Rendering:
    """One vendor's drawing of the emoji. `named_like` lends code points to a set without them."""

    name: str
    package: str
    version: str
    licence: str
    credit: str
    named_like: str | None = None

    @property
    def folder(self) -> str:
        return f"@iconify-json/{self.package}"


SHIPPED = (
    Rendering("noto", "noto", "1.2.9", "Apache-2.0", "Noto Emoji, Google"),
    Rendering(
        "twemoji", "twemoji", "1.2.5", "CC-BY-4.0", "Twemoji, Twitter, Inc. and contributors"
    ),
    Rendering(
        "fluent", "fluent-emoji", "1.2.7", "MIT", "Fluent Emoji, Microsoft", "fluent-emoji-flat"
    ),
    Rendering("fluent-flat", "fluent-emoji-flat", "1.2.6", "MIT", "Fluent Emoji, Microsoft"),
    Rendering("openmoji", "openmoji", "1.2.29", "CC-BY-SA-4.0", "OpenMoji, HfG Schwäbisch Gmünd"),
)
TRAINING_ONLY = (
    Rendering("noto-v1", "noto-v1", "1.2.5", "Apache-2.0", "Noto Emoji v1, Google", "noto"),
    Rendering("emojione", "emojione", "1.2.3", "CC-BY-4.0", "EmojiOne 2, JoyPixels", "noto"),
)
TEXT_PACKAGES = {
    "cldr-annotations-full": "48.2.0",
    "cldr-annotations-derived-full": "48.2.0",
    "emoji-datasource": "16.0.0",
}


def install_packages(directory: Path) -> Path:
    """Installs the npm packages under `directory` when they are missing; returns node_modules."""
    wanted = {r.folder: r.version for r in (*SHIPPED, *TRAINING_ONLY)} | TEXT_PACKAGES
    modules = directory / "node_modules"
    missing = [
        f"{name}@{version}"
        for name, version in wanted.items()
        if not (modules / name / "package.json").is_file()
        or json.loads((modules / name / "package.json").read_text())["version"] != version
    ]
    if missing:
        npm = shutil.which("npm")
        if npm is None:
            raise SystemExit("npm is not installed; install Node.js to fetch the emoji packages")
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "package.json").write_text('{"private": true}\n')
        subprocess.run(
            [npm, "install", "--no-audit", "--no-fund", *missing], cwd=directory, check=True
        )
    return modules


def code_point_id(unified: str) -> str:
    """Returns "1f469-200d" for "1F469-FE0F-200D": lower case, without variation selectors."""
    return "-".join(part for part in unified.lower().split("-") if part != "fe0f")


def read_emoji_table(modules: Path) -> list[dict[str, Any]]:
    """Returns emoji-datasource's rows in its own sort order, each with `id` and `character`."""
    rows = json.loads((modules / "emoji-datasource" / "emoji.json").read_text())
    for row in rows:
        row["id"] = code_point_id(row["unified"])
        row["character"] = "".join(chr(int(part, 16)) for part in row["unified"].split("-"))
    return sorted(rows, key=lambda row: row["sort_order"])


def read_annotations(modules: Path, language: str) -> dict[str, dict[str, list[str]]]:
    """Returns CLDR's `tts` (name) and `default` (keywords) by code point, both files merged."""
    merged: dict[str, dict[str, list[str]]] = {}
    for package, key in (
        ("cldr-annotations-full/annotations", "annotations"),
        ("cldr-annotations-derived-full/annotationsDerived", "annotationsDerived"),
    ):
        path = modules / package / language / "annotations.json"
        for character, values in json.loads(path.read_text())[key]["annotations"].items():
            identifier = "-".join(f"{ord(c):04x}" for c in character if c != "\ufe0f")
            merged[identifier] = values
    return merged


class IconSet:
    """The SVG bodies of one rendering, found by code point."""

    def __init__(self, modules: Path, rendering: Rendering) -> None:
        folder = modules / rendering.folder
        self._icons = json.loads((folder / "icons.json").read_text())
        lender = (
            f"@iconify-json/{rendering.named_like}" if rendering.named_like else rendering.folder
        )
        characters = json.loads((modules / lender / "chars.json").read_text())
        self._names = {
            code_point_id(code): name for code, name in characters.items() if self._icon(name)
        }

    def __contains__(self, identifier: str) -> bool:
        return identifier in self._names

    def picture(self, identifier: str, side: int = SIDE) -> Image.Image:
        """Returns the (side, side) RGBA picture, centred when the drawing is not square."""
        import resvg_py  # pyright: ignore[reportMissingImports]

        drawn = resvg_py.svg_to_bytes(
            svg_string=self._svg(self._names[identifier]), width=side, height=side
        )
        picture = Image.open(io.BytesIO(bytes(drawn))).convert("RGBA")
        if picture.size == (side, side):
            return picture
        square = Image.new("RGBA", (side, side))
        square.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
        return square

    def _icon(self, name: str) -> dict[str, Any] | None:
        alias = self._icons.get("aliases", {}).get(name)
        return self._icons["icons"].get(alias["parent"] if alias else name)

    def _svg(self, name: str) -> str:
        icon = self._icon(name)
        assert icon is not None
        get = lambda key, fallback: icon.get(key, self._icons.get(key, fallback))  # noqa: E731
        box = f"{get('left', 0)} {get('top', 0)} {get('width', 16)} {get('height', 16)}"
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'viewBox="{box}">{icon["body"]}</svg>'
        )


def render_all(icons: IconSet, identifiers: Sequence[str], side: int = SIDE) -> np.ndarray:
    """Returns (n, side, side, 4) uint8; a concept that the set does not draw is all zeros."""
    pictures = np.zeros((len(identifiers), side, side, 4), dtype=np.uint8)
    for row, identifier in enumerate(identifiers):
        if identifier in icons:
            pictures[row] = np.asarray(icons.picture(identifier, side))
    return pictures


def complete_in(icon_sets: Iterable[IconSet], identifier: str) -> bool:
    """Returns whether every set draws the code point."""
    return all(identifier in icons for icons in icon_sets)
