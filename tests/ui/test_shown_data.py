"""A data set as pages see it: items with holes in their languages and among their pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.tiny_workspaces import ITEMS, UNNAMED, UNPICTURED, tiny_workspace

from tomclip.core.errors import InputError
from tomclip.data import load_emoji
from tomclip.ui.computing.cached import CloudChoice, dataset
from tomclip.ui.computing.shown_data import DataKey
from tomclip.ui.computing.shown_makers import EMOJI, opened, workspace_keys
from tomclip.ui.parts.markdown import LONGEST, literal, shortened


@pytest.fixture(autouse=True)
def tiny(runs: Path, assets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts tiny assets in place, and workspaces of this test's own."""
    monkeypatch.setenv("TOMCLIP_ASSETS", str(assets))


@pytest.fixture
def mine(tmp_path: Path) -> DataKey:
    tiny_workspace("mine", tmp_path, pictures=True)
    return workspace_keys()["workspace:mine"]


def test_texts_are_counted_past_the_holes(mine: DataKey) -> None:
    data = opened(mine)
    assert data.places("ko").tolist() == [-1] * UNNAMED + list(range(ITEMS - UNNAMED))
    assert data.has_holes("ko")
    assert not data.has_holes("en")
    assert data.described(np.array([0, 5, 9]), ["en", "ko"]).tolist() == [5, 9]
    assert data.described(np.array([0, 5]), ["en"]).tolist() == [0, 5]


def test_what_has_no_picture_is_no_picture(mine: DataKey) -> None:
    data = opened(mine)
    (rendering,) = data.renderings
    assert data.pictured_rows(data.rows()).tolist() == list(range(ITEMS - UNPICTURED))
    assert data.picture_png(0, rendering).startswith(b"\x89PNG")
    assert data.picture_png(ITEMS - 1, rendering) == b""


def test_a_cloud_is_of_items_that_its_languages_share(mine: DataKey) -> None:
    choice = CloudChoice("mclip", "all", data=mine)
    assert len(choice.over(["en"]).candidates) == ITEMS
    assert choice.over(["ko", "en"]).rows.tolist() == list(range(UNNAMED, ITEMS))
    emoji = CloudChoice("mclip", "all")
    assert emoji.over(dataset().languages) == emoji


def test_too_few_shared_items_are_one_sentence(mine: DataKey) -> None:
    with pytest.raises(InputError, match=r"1 of 2 items of mine have a text in Korean; at least 3"):
        opened(mine).together(np.array([0, UNNAMED]), ["ko"])


def test_a_subset_that_is_not_there_is_refused_with_those_that_are(mine: DataKey) -> None:
    with pytest.raises(InputError, match="subset is 'unseen'; mine has all"):
        opened(mine).rows("unseen")


def test_the_key_changes_with_the_content(mine: DataKey, tmp_path: Path) -> None:
    from tomclip.workspaces import delete_workspace

    delete_workspace("mine")
    tiny_workspace("mine", tmp_path / "anew", codes=("en", "de"))
    anew = workspace_keys()["workspace:mine"]
    assert (anew.name, anew.path) == (mine.name, mine.path)
    assert anew != mine
    assert opened(anew).languages == ("en", "de")


def test_the_embedded_data_are_as_they_ship() -> None:
    data, emoji = opened(EMOJI), load_emoji()
    assert data.rows("unseen").tolist() == emoji.rows("unseen").tolist()
    assert data.names == emoji.names
    row, rendering = 3, emoji.held_out_rendering
    assert data.picture_png(row, rendering, 32) == emoji.picture_png(row, rendering, 32)
    assert not any(map(data.has_holes, data.languages))


def test_texts_stay_as_they_are_in_markdown_and_long_ones_are_cut() -> None:
    assert literal("**a** [b](c) $d$") == r"\*\*a\*\* \[b\](c) \$d\$"
    assert len(shortened("x" * 100)) == LONGEST
    assert shortened("x" * LONGEST) == "x" * LONGEST
