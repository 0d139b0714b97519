"""Reads the emoji packages: which pictures and which words exist for a code point.

Used by `build_emoji.py` (the shipped data set) and `train_teacher.py` (which trains on more
renderings than are shipped, and never on `twemoji` or on the second held-out style).
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from emoji_data.names import drawings_by_name, emoji_names
from emoji_data.renderings import SECOND_STYLE, SHIPPED, TRAINING_ONLY, Rendering

SIDE = 64


TEXT_PACKAGES = {
    "cldr-annotations-full": "48.2.0",
    "cldr-annotations-derived-full": "48.2.0",
    "emoji-datasource": "16.0.0",
}
GLYPH = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><text x="32" y="49" '
    'font-size="48" text-anchor="middle" font-family="Noto Emoji">{character}</text></svg>'
)


def install_packages(directory: Path) -> Path:
    """Installs the emoji packages under `directory` when missing; returns node_modules."""
    renderings = (*SHIPPED, *TRAINING_ONLY, SECOND_STYLE)
    return install(directory, {r.folder: r.version for r in renderings} | TEXT_PACKAGES)


def install(directory: Path, wanted: Mapping[str, str]) -> Path:
    """Installs npm packages, {name: version}, that `directory` lacks; returns its node_modules."""
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
            raise SystemExit("npm is not installed; install Node.js to fetch the packages")
        directory.mkdir(parents=True, exist_ok=True)
        if not (directory / "package.json").is_file():
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
    """The drawings of one rendering, found by code point; `names` says by which of its drawings."""

    def __init__(
        self, modules: Path, rendering: Rendering, names: Mapping[str, str] | None = None
    ) -> None:
        self.distinct = rendering.distinct
        self._font = modules / rendering.folder / rendering.font if rendering.font else None
        self._icons = {} if self._font else read_icons(modules, rendering)
        if self._font:
            self._names = {row["id"]: row["character"] for row in read_emoji_table(modules)}
        else:
            names = names or _names_by_code_point(modules, rendering, self._icons)
            self._names = {code: name for code, name in names.items() if self._icon(name)}

    def __contains__(self, identifier: str) -> bool:
        return identifier in self._names

    def picture(self, identifier: str, side: int = SIDE) -> Image.Image:
        """Returns the (side, side) RGBA picture, centred when the drawing is not square."""
        name = self._names[identifier]
        if self._font:
            return draw(GLYPH.format(character=name), side, font=self._font)
        icon = self._icon(name)
        assert icon is not None
        return draw(svg_of(self._icons, icon), side)

    def _icon(self, name: str) -> dict[str, Any] | None:
        alias = self._icons.get("aliases", {}).get(name)
        return self._icons["icons"].get(alias["parent"] if alias else name)


def svg_of(icons: Mapping[str, Any], icon: Mapping[str, Any]) -> str:
    """Returns the SVG of one icon of a set, whose measures are the set's where it has none."""
    get = lambda key, fallback: icon.get(key, icons.get(key, fallback))  # noqa: E731
    box = f"{get('left', 0)} {get('top', 0)} {get('width', 16)} {get('height', 16)}"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{box}">{icon["body"]}</svg>'
    )


def draw(svg: str, side: int, *, font: Path | None = None) -> Image.Image:
    """Returns an SVG as a (side, side) RGBA picture, centred when it is not square."""
    import resvg_py  # pyright: ignore[reportMissingImports]

    drawn = resvg_py.svg_to_bytes(
        svg_string=svg,
        width=side,
        height=side,
        font_files=[str(font)] if font else None,
        skip_system_fonts=font is not None,
    )
    picture = Image.open(io.BytesIO(bytes(drawn))).convert("RGBA")
    if picture.size == (side, side):
        return picture
    square = Image.new("RGBA", (side, side))
    square.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
    return square


def read_icons(modules: Path, rendering: Rendering) -> dict[str, Any]:
    """Returns a set as its package has it: its `icons` by name, `aliases` and measures."""
    return json.loads((modules / rendering.folder / "icons.json").read_text())


def known_names(modules: Path) -> list[dict[str, str]]:
    """Returns the lists of `emoji_names` for all emoji but flags."""
    rows = [row for row in read_emoji_table(modules) if row["category"] != "Flags"]
    return emoji_names(rows, _characters(modules, "noto"), read_annotations(modules, "en"))


def _names_by_code_point(
    modules: Path, rendering: Rendering, icons: dict[str, Any]
) -> dict[str, str]:
    if rendering.by_name:
        lists = known_names(modules)
        known = {*icons["icons"], *icons.get("aliases", {})} - {*rendering.unlike}
        return drawings_by_name(known, lists)
    return _characters(modules, rendering.named_like or rendering.package)


def _characters(modules: Path, package: str) -> dict[str, str]:
    characters = json.loads((modules / "@iconify-json" / package / "chars.json").read_text())
    return {code_point_id(code): name for code, name in characters.items()}


def render_all(icons: IconSet, identifiers: Sequence[str], side: int = SIDE) -> np.ndarray:
    """Returns (n, side, side, 4) uint8; a concept that the set does not draw is all zeros."""
    pictures = np.zeros((len(identifiers), side, side, 4), dtype=np.uint8)
    for row, identifier in enumerate(identifiers):
        if identifier in icons:
            pictures[row] = np.asarray(icons.picture(identifier, side))
    return without_twins(pictures) if icons.distinct else pictures


def without_twins(pictures: np.ndarray) -> np.ndarray:
    """Returns the pictures (n, ...) with zeros in place of those that occur more than once."""
    _, kind, count = np.unique(
        pictures.reshape(len(pictures), -1), axis=0, return_inverse=True, return_counts=True
    )
    kept = pictures.copy()
    kept[count[kind.reshape(-1)] > 1] = 0
    return kept


def complete_in(icon_sets: Iterable[IconSet], identifier: str) -> bool:
    """Returns whether every set draws the code point."""
    return all(identifier in icons for icons in icon_sets)
