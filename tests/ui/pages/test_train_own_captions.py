"""The Train page trains on a workspace's captions, chosen by clicks."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from support.studio_pages import open_page, sentences, settled
from support.tiny_workspaces import ITEMS, UNNAMED, tiny_workspace

from tomclip.config import load_config, shipped_configs
from tomclip.runs import list_runs

pytestmark = pytest.mark.usefixtures("fake_workers")

PAGE, KEY = "6_train", "train_captions_choice"


@pytest.fixture
def mine(tmp_path: Path) -> str:
    return tiny_workspace("mine", tmp_path / "mine").name


def choose(studio: AppTest, name: str) -> AppTest:
    return settled(studio.selectbox(key=KEY).set_value(name).run())


def test_without_a_workspace_there_is_no_choice_of_captions() -> None:
    assert KEY not in [one.key for one in open_page(PAGE).selectbox]


def test_a_workspace_s_pairs_fill_the_form_and_a_run_reads_them(mine: str, runs: Path) -> None:
    studio = choose(open_page(PAGE), mine)
    assert not studio.error
    assert studio.selectbox(key=KEY).value == mine
    studio.button(key="train_start").click().run()
    (run,) = list_runs(runs)
    data = load_config(run.path / "config.yaml")
    assert (data.data.source, data.data.captions) == ("captions", "workspace:mine")
    assert data.data.validation_pairs == 4  # a tenth of 20 pairs is fewer than the least
    assert data.optimiser.batch_size == ITEMS // 4
    assert data.data.english_anchor.captions is None


def test_another_recipe_stays_on_the_workspace(mine: str) -> None:
    studio = choose(open_page(PAGE), mine)
    studio = settled(studio.selectbox(key="train_preset").set_value("emoji_mclip").run())
    assert studio.session_state["train_name"] == load_config(shipped_configs()["emoji_mclip"]).name
    assert studio.selectbox(key=KEY).value == mine
    assert studio.session_state["train_data.captions"] == "workspace:mine"


def test_the_emoji_come_back(mine: str) -> None:
    studio = choose(choose(open_page(PAGE), mine), "")
    assert sentences(studio) == [
        "No run yet. Press Start training for one with the settings above."
    ]
    assert studio.session_state["train_data.source"] == "emoji"
    assert studio.session_state["train_data.captions"] == ""


def test_a_workspace_without_pairs_is_not_offered(tmp_path: Path, mine: str) -> None:
    tiny_workspace("words", tmp_path / "words", codes=("de", "ko"))
    assert open_page(PAGE).selectbox(key=KEY).options == ["Embedded emoji", mine]


def test_the_pairs_of_the_tiny_workspace_are_as_counted(mine: str) -> None:
    studio = choose(open_page(PAGE), mine)
    assert studio.session_state["train_data.validation_pairs"] == max((ITEMS - UNNAMED) // 10, 4)
