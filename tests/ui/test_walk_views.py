"""A walk from every view of a page to every other one: nothing changes by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.walk import CHOSEN, PAGES, Walk, every_step, walkable_studio


@pytest.fixture(scope="module", autouse=True)
def tiny_studio(assets: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with walkable_studio(assets, tmp_path_factory.mktemp("runs")):
        yield


@pytest.mark.parametrize("page", [page for page, view in PAGES.items() if view])
def test_no_step_from_view_to_view_changes_a_choice(page: str) -> None:
    walk, choice = Walk(**CHOSEN if page == "3_topology" else {}), PAGES[page]
    assert choice is not None
    walk.open_page(page)
    for view in every_step(list(choice.titles)):
        walk.open_view(choice, view)
