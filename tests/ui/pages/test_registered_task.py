"""A task of one's own that is registered stands on the Benchmarks page, and is evaluated there."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from support.own_task import RoadSigns
from support.studio_pages import figures, open_page, sentences, settled, titles
from support.tiny_benchmarks import tiny_benchmark

from tomclip.evaluation import register_task
from tomclip.evaluation.tasks import registry


@pytest.fixture(autouse=True)
def road_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_OWN", {})
    register_task(RoadSigns(), title="Road signs")


def test_it_is_listed_with_those_that_ship() -> None:
    table = open_page("8_benchmarks").dataframe[0].value.set_index("Benchmark")
    assert len(table) == 7
    assert dict(table.loc["Road signs"]) == {
        "Task": "classification and retrieval",
        "Pictures": 48,
        "Languages": 2,
        "State": "on this machine",
    }


def test_encoders_are_evaluated_and_compared_on_it() -> None:
    address = {
        "benchmark": "road signs",
        "encoders": "mclip,tomclip_exact",
        "languages_road signs": "de",
    }
    studio = open_page("8_benchmarks", **address)
    assert not sentences(studio)
    assert studio.query_params["languages_road signs"] == "de"
    settled(studio.button(key="evaluate_benchmark").click().run())
    assert titles(studio)[0] == "Zero-shot top-1 by language"
    facts = figures(studio)[0]["layout"]["meta"]
    assert (facts["n_points"], facts["points"]) == (48, "photographs")
    assert list(studio.dataframe[-1].value["language"]) == ["German", "Mean"]
    assert not studio.error


def test_it_is_chosen_beside_a_benchmark_that_is_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny_benchmark(monkeypatch, "cifar100", tmp_path / "data" / "cifar100")
    studio = open_page("8_benchmarks")
    assert studio.selectbox(key="choice:benchmark").options == ["CIFAR-100", "Icons", "Road signs"]


def test_a_package_whose_task_cannot_be_made_is_told_and_the_page_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = EntryPoint("broken", "no_such_package:Task", registry.ENTRY_POINTS)
    monkeypatch.setattr(registry, "entry_points", lambda group: [broken])
    registry._installed.cache_clear()
    try:
        studio = open_page("8_benchmarks")
        assert "no_such_package:Task" in studio.warning[0].value
        assert len(studio.dataframe[0].value) == 7
    finally:
        registry._installed.cache_clear()
