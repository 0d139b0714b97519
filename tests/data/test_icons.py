"""The icons that ship: whole, of concepts the emoji have, by hands that nothing trains on."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from emoji_data.renderings import SHIPPED, TRAINING_ONLY
from icon_data.choice import SETS

from tomclip.core.errors import AssetError
from tomclip.core.files.manifests import write_manifest
from tomclip.core.paths import assets_directory
from tomclip.data.icons import load_icons

OPEN = {"Apache-2.0", "MIT", "ISC", "CC-BY-4.0", "CC0-1.0"}


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(assets_directory() / "icons", tmp_path / "icons"))


def test_there_are_enough_of_them_in_few_bytes() -> None:
    icons = load_icons()
    assert len(icons) == len(set(icons.ids)) > 850
    assert len(np.unique(icons.concepts)) > 300
    assert len(np.unique(icons.concepts[icons.rows("unseen")])) > 50
    files = [path for path in (assets_directory() / "icons").iterdir() if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 400_000


def test_every_icon_is_ink_on_white_paper() -> None:
    images = load_icons().images
    assert images.shape[1:] == (64, 64, 4)
    assert (images[..., 3] == 255).all()
    lightest, darkest = images[..., :3].max(axis=(1, 2, 3)), images[..., :3].min(axis=(1, 2, 3))
    assert (lightest > 245).all()
    assert (darkest < 60).all()


def test_a_set_draws_a_concept_once_and_concepts_lie_together() -> None:
    icons = load_icons()
    assert len(set(zip(icons.sets, icons.concepts, strict=True))) == len(icons)
    assert (np.diff(icons.concepts) >= 0).all()


def test_subsets_are_those_of_the_students_training() -> None:
    icons = load_icons()
    split = icons.emoji.concepts["split"].to_numpy()
    assert set(split[icons.concepts[icons.rows("unseen")]]) == {"unseen"}
    assert set(split[icons.concepts[icons.rows("seen")]]) == {"train"}
    assert len(icons.rows()) == len(icons)


def test_an_icon_shows_what_the_concept_is_called() -> None:
    icons = load_icons()
    names = icons.emoji.names["en"]
    told = dict(zip(icons.ids, (names[row] for row in icons.concepts), strict=True))
    assert told["mdi:cactus"] == "cactus"
    assert told["ph:gift"] == "wrapped gift"
    assert told["tabler:cricket"] == "cricket game"
    assert told["icon-park:mouse"] == "computer mouse"
    assert not {"icon-park:turkey", "mdi:apple", "mdi:seal", "icon-park:football"} & set(told)


def test_their_sets_are_open_and_nothing_trains_on_them() -> None:
    icons = load_icons()
    assert {entry["licence"] for entry in icons.attribution} <= OPEN
    assert {entry["set"] for entry in icons.attribution} == set(icons.sets)
    assert sum(entry["icons"] for entry in icons.attribution) == len(icons)
    assert not {r.package for r in SETS} & {r.package for r in (*SHIPPED, *TRAINING_ONLY)}


def test_an_altered_table_is_refused(copied: Path) -> None:
    table = copied / "icons.csv"
    table.write_text(table.read_text().replace("mdi,cactus", "mdi,cactuz"))
    with pytest.raises(AssetError, match=r"icons\.csv was altered"):
        load_icons(copied)


def test_an_icon_of_no_concept_is_refused(copied: Path) -> None:
    table = copied / "icons.csv"
    table.write_text(table.read_text() + "mdi,sock,feed\n")
    write_manifest(copied, {"side": 64, "columns": 32, "sources": []})
    with pytest.raises(AssetError, match="shows feed, which the emoji have not"):
        load_icons(copied)
