"""Builds the shipped emoji data set: `python scripts/build_emoji.py [--packages DIR]`.

Reads SVG drawings and CLDR annotations from named npm packages (installed into DIR when they are
not there), renders every concept that all renderings draw and all languages name, and writes
`assets/emoji/`: one sprite sheet per rendering, one table of words, the licences, a manifest.
"""

from __future__ import annotations

import argparse
import shutil
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from emoji_data.sources import (
    SHIPPED,
    SIDE,
    TEXT_PACKAGES,
    IconSet,
    complete_in,
    install_packages,
    read_annotations,
    read_emoji_table,
    render_all,
)
from emoji_data.splits import split_by_stem, stem_of
from PIL import Image

from tomclip.core.files.manifests import write_manifest
from tomclip.core.languages import LANGUAGES
from tomclip.core.paths import assets_directory, project_directory

HELD_OUT = "twemoji"
COLUMNS = 40
QUALITY = 80


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--packages", type=Path, default=project_directory() / "build" / "packages")
    parser.add_argument("--output", type=Path, default=assets_directory() / "emoji")
    arguments = parser.parse_args()
    modules = install_packages(arguments.packages)
    arguments.output.mkdir(parents=True, exist_ok=True)
    icon_sets = {rendering.name: IconSet(modules, rendering) for rendering in SHIPPED}
    concepts = concept_table(modules, icon_sets)
    concepts.to_parquet(arguments.output / "concepts.parquet", compression="zstd", index=False)
    for name, icons in icon_sets.items():
        write_sheet(render_all(icons, list(concepts["id"])), arguments.output / f"{name}.webp")
    copy_licences(modules, arguments.output)
    write_manifest(arguments.output, manifest_facts(concepts))
    size = sum(path.stat().st_size for path in arguments.output.iterdir() if path.is_file())
    print(f"{len(concepts)} concepts, {size / 1e6:.2f} MB in {arguments.output}")
    print(concepts["split"].value_counts().to_string())


def concept_table(modules: Path, icon_sets: dict[str, IconSet]) -> pd.DataFrame:
    """Returns one row per concept: id, emoji, categories, stem, split, names and keywords."""
    annotations = {code: read_annotations(modules, code) for code in LANGUAGES}
    rows = [
        row
        for row in read_emoji_table(modules)
        if row["category"] != "Flags"
        and complete_in(icon_sets.values(), row["id"])
        and all(words.get(row["id"], {}).get("tts") for words in annotations.values())
    ]
    table = pd.DataFrame(
        {
            "id": [row["id"] for row in rows],
            "emoji": [row["character"] for row in rows],
            "category": [row["category"] for row in rows],
            "subcategory": [row["subcategory"] for row in rows],
        }
    )
    for code, words in annotations.items():
        table[f"name_{code}"] = [words[row["id"]]["tts"][0].strip() for row in rows]
        table[f"keywords_{code}"] = [words[row["id"]].get("default", []) for row in rows]
    stems = [stem_of(n, s) for n, s in zip(table["name_en"], table["subcategory"], strict=True)]
    table.insert(4, "stem", stems)
    table.insert(5, "split", split_by_stem(stems, list(table["category"])))
    return table


def write_sheet(pictures: np.ndarray, path: Path) -> None:
    """Writes (n, side, side, 4) pictures as one WebP, `COLUMNS` a row, in concept order."""
    count, side = pictures.shape[:2]
    sheet = Image.new("RGBA", (COLUMNS * side, -(-count // COLUMNS) * side))
    for row, picture in enumerate(pictures):
        sheet.paste(Image.fromarray(picture), ((row % COLUMNS) * side, (row // COLUMNS) * side))
    sheet.save(path, quality=QUALITY, method=6)


def copy_licences(modules: Path, output: Path) -> None:
    """Copies each text package's licence beside the data; the manifest names the picture sets'."""
    shutil.copyfile(
        modules / "emoji-datasource" / "LICENSE", output / "LICENSE-emoji-datasource.txt"
    )
    cldr = modules / "cldr-annotations-full" / "LICENSE"
    if cldr.is_file():
        shutil.copyfile(cldr, output / "LICENSE-cldr.txt")


def manifest_facts(concepts: pd.DataFrame) -> dict[str, object]:
    """Returns counts, layout, package versions and licences for the manifest."""
    sources = [
        {
            "rendering": r.name,
            "package": r.folder,
            "version": r.version,
            "licence": r.licence,
            "credit": r.credit,
        }
        for r in SHIPPED
    ]
    licences = {"emoji-datasource": "MIT"}
    sources += [
        {
            "package": name,
            "version": number,
            "licence": licences.get(name, "Unicode-3.0"),
            "credit": "Unicode, Inc." if name.startswith("cldr") else "emoji-data, Cal Henderson",
        }
        for name, number in TEXT_PACKAGES.items()
    ]
    return {
        "name": "emoji",
        "concepts": len(concepts),
        "languages": list(LANGUAGES),
        "renderings": [rendering.name for rendering in SHIPPED],
        "held_out_rendering": HELD_OUT,
        "splits": {k: int(v) for k, v in concepts["split"].value_counts().items()},
        "side": SIDE,
        "columns": COLUMNS,
        "built_with": {name: version(name) for name in ("resvg-py", "pillow", "pyarrow")},
        "command": "python scripts/build_emoji.py",
        "sources": sources,
    }


if __name__ == "__main__":
    main()
