"""Builds the icons that ship as a benchmark: `python scripts/build_icons.py [--packages DIR]`.

Renders the icons of `icon_data.choice` from named npm packages as ink on white, and writes
`assets/icons/`: one sheet, a table of what each picture is, the licences of the sets, a manifest.
Names and splits are those of the emoji concepts, so the emoji have to be there.
"""

from __future__ import annotations

import argparse
import shutil
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from emoji_data.sources import SIDE, TEXT_PACKAGES, IconSet, install, known_names, read_icons
from icon_data.choice import SETS, icons_of_concepts
from PIL import Image

from tomclip.core.files.manifests import write_manifest
from tomclip.core.paths import assets_directory, project_directory

COLUMNS = 32
QUALITY = 35
TRUSTED_LISTS = 3
LICENCES = {
    "LICENSE-ph.txt": ("@phosphor-icons/core", "2.1.1"),
    "LICENSE-tabler.txt": ("@tabler/icons-sprite", "3.48.0"),
}
NAMES_FROM = {"@iconify-json/noto": "1.2.9"} | TEXT_PACKAGES


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--packages", type=Path, default=project_directory() / "build" / "packages")
    parser.add_argument("--output", type=Path, default=assets_directory() / "icons")
    arguments = parser.parse_args()
    wanted = {r.folder: r.version for r in SETS} | NAMES_FROM | dict(LICENCES.values())
    modules = install(arguments.packages, wanted)
    arguments.output.mkdir(parents=True, exist_ok=True)
    concepts = pd.read_parquet(assets_directory() / "emoji" / "concepts.parquet")
    table, pictures = draw_icons(modules, concepts)
    table.to_csv(arguments.output / "icons.csv", index=False, lineterminator="\n")
    write_sheet(pictures, arguments.output / "icons.webp")
    for name, (package, _) in LICENCES.items():
        shutil.copyfile(modules / package / "LICENSE", arguments.output / name)
    write_manifest(arguments.output, manifest_facts(table))
    size = sum(path.stat().st_size for path in arguments.output.iterdir())
    print(f"{len(table)} icons of {table['concept'].nunique()} concepts, {size / 1e3:.0f} kB")
    print(table.merge(concepts, left_on="concept", right_on="id").value_counts("split").to_string())


def draw_icons(modules: Path, concepts: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Returns one row per icon (set, icon, concept), by concept, and (n, side, side, 3) uint8."""
    lists = known_names(modules)[:TRUSTED_LISTS]
    place = {code: row for row, code in enumerate(concepts["id"])}
    rows: list[tuple[int, int, str, np.ndarray]] = []
    for number, rendering in enumerate(SETS):
        icons = list(read_icons(modules, rendering)["icons"])
        names = icons_of_concepts(rendering, icons, concepts, lists)
        drawings = IconSet(modules, rendering, names)
        for code, icon in names.items():
            rows.append((place[code], number, icon, ink_on_white(drawings.picture(code))))
    rows.sort(key=lambda row: row[:3])
    table = pd.DataFrame(
        {
            "set": [SETS[number].name for _, number, _, _ in rows],
            "icon": [icon for _, _, icon, _ in rows],
            "concept": [concepts["id"][row] for row, _, _, _ in rows],
        }
    )
    return table, np.stack([picture for _, _, _, picture in rows])


def ink_on_white(picture: Image.Image) -> np.ndarray:
    """Returns the (side, side, 3) uint8 pixels of a drawing laid on white paper."""
    paper = Image.new("RGBA", picture.size, "white")
    return np.asarray(Image.alpha_composite(paper, picture).convert("RGB"))


def write_sheet(pictures: np.ndarray, path: Path) -> None:
    """Writes (n, side, side, 3) pictures as one WebP, `COLUMNS` a row, white where none is."""
    count, side = pictures.shape[:2]
    sheet = Image.new("RGB", (COLUMNS * side, -(-count // COLUMNS) * side), "white")
    for row, picture in enumerate(pictures):
        sheet.paste(Image.fromarray(picture), ((row % COLUMNS) * side, (row // COLUMNS) * side))
    sheet.save(path, quality=QUALITY, method=6)


def manifest_facts(table: pd.DataFrame) -> dict[str, Any]:
    """Returns counts, layout, package versions and licences for the manifest."""
    return {
        "name": "icons",
        "icons": len(table),
        "concepts": int(table["concept"].nunique()),
        "side": SIDE,
        "columns": COLUMNS,
        "built_with": {name: version(name) for name in ("resvg-py", "pillow")},
        "command": "python scripts/build_icons.py",
        "sources": [
            {
                "set": r.name,
                "icons": int((table["set"] == r.name).sum()),
                "package": r.folder,
                "version": r.version,
                "licence": r.licence,
                "credit": r.credit,
            }
            for r in SETS
        ],
    }


if __name__ == "__main__":
    main()
