"""Small files as people have them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tomclip.workspaces import Contents, inspected

COLOURS = ("red", "green", "blue", "grey", "black", "white")


@pytest.fixture(autouse=True)
def own_workspaces(runs: Path) -> Path:
    """Returns this test's own folder of workspaces, not there yet."""
    return runs / "workspaces"


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Returns what writes a file of text or bytes and returns its path."""

    def written(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Returns a folder with a.png, b.png and c.png."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name, colour in zip("abc", COLOURS, strict=False):
        Image.new("RGB", (8, 8), colour).save(folder / f"{name}.png")
    return folder


def contents_of(*paths: Path, **options: object) -> Contents:
    """Returns the data set of some files under their proposed mapping."""
    with inspected(paths) as found:
        return found.contents(**options)  # type: ignore[arg-type]
