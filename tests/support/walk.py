"""A session that walks through the studio and sees whether a choice changes by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from support.checkout import APP
from support.made_study import made_study
from support.recorded_runs import recorded_run
from support.studio_pages import PATIENCE
from support.tiny_encoders import write_student

from tomclip import geometry
from tomclip.core.paths import runs_directory
from tomclip.geometry import project
from tomclip.topology.statistics import significance
from tomclip.ui.view_state import choice_key
from tomclip.ui.view_state.choices import (
    COMPARISON,
    ENCODER_SOURCE,
    RECORDED_AS,
    STUDY_VIEW,
    TASK,
    TOPOLOGY_GROUPS,
    TOPOLOGY_VIEW,
)
from tomclip.ui.view_state.keys import group_key
from tomclip.ui.view_state.kinds import Choice

PAGES: Mapping[str, Choice | None] = {
    "1_overview": None,
    "2_embeddings": None,
    "3_topology": TOPOLOGY_VIEW,
    "4_compare": COMPARISON,
    "5_zero_shot": TASK,
    "6_train": RECORDED_AS,
    "7_runs": None,
    "8_benchmarks": None,
    "9_encoders": ENCODER_SOURCE,
    "10_study": STUDY_VIEW,
    "11_your_data": None,
    "12_export": None,
}
WIDGETS = ("selectbox", "multiselect", "segmented_control", "slider", "select_slider", "toggle")
CHOSEN = {
    "encoder": "mclip",
    "subset": "all",
    "metric": "euclidean",
    "points": "40",
    "languages": "de,fr,ko",
}
TOO_FEW = "12 disjoint subsamples"
"""The unseen concepts of the tiny assets are too few for the tests of significance."""
NARROWED = {"choice:languages"}
"""What some pages can show only a part of."""


@contextmanager
def walkable_studio(assets: Path, runs: Path) -> Iterator[None]:
    """Puts tiny assets in place and one recorded run, and principal components for UMAP."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOMCLIP_ASSETS", str(assets))
        patch.setenv("TOMCLIP_RUNS", str(runs))
        patch.setattr(significance, "SMALLEST_SUBSAMPLE", 4)
        patch.setattr(
            geometry, "project", lambda *args, **o: project(*args, **{**o, "method": "pca"})
        )
        made_study(runs_directory() / "studies" / "made")
        write_student(recorded_run("mine") / "checkpoints" / "best", seed=3)
        yield


class Walk:
    """A session that opens pages and views, and remembers what was shown of every choice."""

    def __init__(self, **address: str) -> None:
        self.studio = AppTest.from_file(APP, default_timeout=PATIENCE)
        for name, value in address.items():
            self.studio.query_params[name] = value
        self.seen: dict[str, Any] = {}

    def open_page(self, page: str) -> None:
        self.studio.switch_page(f"pages/{page}.py")
        self._look(page)

    def open_view(self, choice: Choice, view: str) -> None:
        if choice is TOPOLOGY_VIEW:
            group = next(name for name, views in TOPOLOGY_GROUPS.items() if view in views)
            self.studio.segmented_control(key=group_key(choice)).set_value(group).run()
        self.studio.segmented_control(key=choice_key(choice)).set_value(view)
        self.seen[choice_key(choice)] = view
        self._look(f"{choice.name}={view}")

    def _look(self, where: str) -> None:
        self.studio.run()
        assert not self.studio.exception, where
        errors = [error.value for error in self.studio.error if TOO_FEW not in error.value]
        assert not errors, (where, errors)
        assert not self.studio.warning, (where, [one.value for one in self.studio.warning])
        for key, value in self._shown().items():
            assert value is not None, f"{key} has no value on {where}"
            before = self.seen.setdefault(key, value)
            kept = [one for one in before if one in value] if key in NARROWED else before
            assert value == kept, f"{key} was {before} and is {value} on {where}"

    def _shown(self) -> dict[str, Any]:
        widgets = [one for kind in WIDGETS for one in getattr(self.studio, kind)]
        return {one.key: one.value for one in widgets if (one.key or "").startswith("choice:")}


def every_step(places: Sequence[str]) -> list[str]:
    """Returns a walk that goes from every place to every other one once (Hierholzer 1873)."""
    left = {place: [other for other in places if other != place] for place in places}
    trail, walk = [places[0]], []
    while trail:
        if left[trail[-1]]:
            trail.append(left[trail[-1]].pop())
        else:
            walk.append(trail.pop())
    return walk[::-1]
