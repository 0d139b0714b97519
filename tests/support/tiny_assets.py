"""An assets folder in the real format, small enough to evaluate within a second."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image
from support.tiny_encoders import write_student, write_teacher

from tomclip.core.files.manifests import read_manifest, write_manifest
from tomclip.core.paths import project_directory
from tomclip.data import load_emoji

PER_SPLIT = 20
SIDE, COLUMNS = 16, 10
STUDENTS = {"mclip": "MCLIP", "tomclip_exact": "ToMCLIP exact"}


def write_assets(directory: Path) -> Path:
    """Returns `directory` with 60 concepts, icons of some, a teacher and two students."""
    write_data(directory)
    write_icons(directory)
    write_teacher(_empty(directory / "emoji" / "teacher"))
    write_manifest(directory / "emoji" / "teacher", {"title": "Emoji teacher", "seed": 0})
    for seed, (name, title) in enumerate(STUDENTS.items()):
        folder = write_student(directory / "emoji" / "students" / name, seed=seed)
        write_manifest(folder, {"title": title, "seed": seed, "command": "tomclip train"})
    return directory


def write_data(directory: Path) -> Path:
    """Returns `directory` with 20 concepts of each split, and no encoder."""
    original = project_directory() / "assets" / "emoji"
    data, folder = load_emoji(original), _empty(directory / "emoji")
    rows = np.sort(np.concatenate([rows[:PER_SPLIT] for rows in data.splits.values()]))
    pd.read_parquet(original / "concepts.parquet").iloc[rows].to_parquet(
        folder / "concepts.parquet", index=False
    )
    for rendering in data.renderings:
        _write_sheet(data.rendering(rendering)[rows], folder / f"{rendering}.webp")
    manifest = {key: value for key, value in read_manifest(original).items() if key != "files"}
    write_manifest(folder, {**manifest, "side": SIDE, "columns": COLUMNS})
    return directory


def write_icons(directory: Path) -> Path:
    """Returns `directory` with three icons of each of 10 of its concepts, in two sets."""
    concepts = pd.read_parquet(directory / "emoji" / "concepts.parquet")["id"][::6]
    folder, rows = _empty(directory / "icons"), [c for c in concepts for _ in range(3)]
    lines = [f"set-{number % 2},icon {number},{code}" for number, code in enumerate(rows)]
    (folder / "icons.csv").write_text("\n".join(["set,icon,concept", *lines]) + "\n")
    shades = np.linspace(0, 200, len(rows)).astype(np.uint8)[:, None, None, None]
    _write_sheet(np.broadcast_to(shades, (len(rows), SIDE, SIDE, 3)), folder / "icons.webp")
    write_manifest(folder, {"side": SIDE, "columns": COLUMNS, "sources": []})
    return directory


def _write_sheet(pictures: np.ndarray, path: Path) -> None:
    sheet = Image.new("RGBA", (COLUMNS * SIDE, -(-len(pictures) // COLUMNS) * SIDE))
    for number, picture in enumerate(pictures):
        row, column = divmod(number, COLUMNS)
        small = Image.fromarray(picture).resize((SIDE, SIDE))
        sheet.paste(small, (column * SIDE, row * SIDE))
    sheet.save(path, lossless=True)


def _empty(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
