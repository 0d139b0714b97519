"""Training on a workspace: its pairs are what a configuration names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tomclip.config import DataConfig
from tomclip.core.errors import ConfigError
from tomclip.targets.selection import select_pairs
from tomclip.workspaces import create_workspace


@pytest.fixture
def mine(write: Callable[..., Path]) -> str:
    """Returns a workspace with 20 pairs in Korean and 19 in German, one text being blank."""
    rows = [f"{row},thing {row},것 {row},{'' if row == 3 else f'Ding {row}'}" for row in range(20)]
    create_workspace("mine", [write("t.csv", "\n".join(["id,en,ko,de", *rows, ""]))])
    return "workspace:mine"


def config(captions: str, **changes: object) -> DataConfig:
    values = {"source": "captions", "captions": captions, "validation_pairs": 8, **changes}
    return DataConfig(**values)  # type: ignore[arg-type]


def test_pairs_are_chosen_by_the_workspaces_name(mine: str) -> None:
    chosen = select_pairs(config(mine), "emoji-teacher")
    assert chosen.table.language_counts() == {"ko": 20, "de": 19}
    assert len(chosen.split.validation) == 8
    assert len(chosen.split.train) >= 39 - 8 - 1
    korean = select_pairs(config(mine, languages=("ko",)), "emoji-teacher")
    assert set(korean.table.languages(korean.split.rows)) == {"ko"}


def test_a_workspace_that_is_not_there_is_told_by_the_key_that_names_it(mine: str) -> None:
    with pytest.raises(ConfigError, match=r"data\.captions: there is no workspace:other"):
        select_pairs(config("workspace:other"), "emoji-teacher")
