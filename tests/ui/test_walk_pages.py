"""A walk from every page to every other one: nothing changes by itself."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from support.tiny_workspaces import tiny_workspace
from support.walk import CHOSEN, PAGES, Walk, every_step, walkable_studio

from tomclip.workspaces import delete_workspace

ABOUT_DATA = ("2_embeddings", "3_topology", "4_compare", "5_zero_shot")
NEEDS_CLASSES = ("gap",)
"""Views that a workspace without classes cannot have, and says so."""


@pytest.fixture(scope="module", autouse=True)
def tiny_studio(assets: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with walkable_studio(assets, tmp_path_factory.mktemp("runs")):
        yield


def test_a_walk_takes_every_step_once() -> None:
    walk = every_step("abcd")
    steps = list(pairwise(walk))
    assert len(steps) == len(set(steps)) == 12


@pytest.mark.parametrize("address", [{}, CHOSEN], ids=["untouched", "chosen"])
def test_no_step_from_page_to_page_changes_a_choice(address: dict[str, str]) -> None:
    walk = Walk(**address)
    walk.open_page("3_topology" if address else "2_embeddings")
    assert walk.seen["choice:encoder"] == address.get("encoder", "tomclip_exact")
    turn = dict.fromkeys(PAGES, 0)
    for page in every_step(list(PAGES)):
        walk.open_page(page)
        if (choice := PAGES[page]) is not None:
            views = list(choice.titles)
            turn[page] += 1
            walk.open_view(choice, views[turn[page] % len(views)])


def test_no_step_changes_a_choice_where_a_workspace_is_looked_at(tmp_path: Path) -> None:
    mine = tiny_workspace("mine", tmp_path, pictures=True)
    walk = Walk(data=f"workspace:{mine.name}", encoder="mclip", languages="ko,en")
    walk.open_page("2_embeddings")
    turn = dict.fromkeys(PAGES, 0)
    for page in every_step([*ABOUT_DATA, "1_overview", "8_benchmarks", "11_your_data"]):
        walk.open_page(page)
        if (choice := PAGES[page]) is not None:
            views = [view for view in choice.titles if view not in NEEDS_CLASSES]
            turn[page] += 1
            walk.open_view(choice, views[turn[page] % len(views)])
    assert walk.seen["choice:data"] == "workspace:mine"
    delete_workspace(mine.name)
