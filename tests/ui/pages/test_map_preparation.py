"""UMAP is compiled while a person reads the Overview, and not before it stands whole."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from support.studio_pages import open_page

from tomclip.ui.computing import cached, maps
from tomclip.ui.computing.jobs import Job

PATIENCE = 60


def wait_until(event: threading.Event) -> None:
    assert event.wait(PATIENCE)


def test_the_overview_has_umap_compiled_once_and_does_not_wait_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cached.board.clear()
    begun, go_on, times = threading.Event(), threading.Event(), []

    def compile_slowly() -> None:
        times.append(time.monotonic())
        begun.set()
        wait_until(go_on)

    monkeypatch.setattr(maps, "compile_umap", compile_slowly)
    studio = open_page("1_overview")
    wait_until(begun)
    studio.run()
    go_on.set()
    assert len(times) == 1
    assert studio.get("plotly_chart")


def test_principal_components_do_not_wait_for_umap(monkeypatch: pytest.MonkeyPatch) -> None:
    cached.board.clear()
    go_on = threading.Event()
    monkeypatch.setattr(maps, "compile_umap", lambda: wait_until(go_on))
    maps.prepare_maps()
    studio = open_page("2_embeddings", method="pca")
    go_on.set()
    assert not studio.exception
    assert studio.get("plotly_chart")


def test_maps_that_lie_on_disk_do_not_wait_for_umap(monkeypatch: pytest.MonkeyPatch) -> None:
    choice = maps.MapChoice(("en",), maps.cached.dataset().held_out_rendering, "unseen", 20)
    encoders = maps_of_two_encoders(choice)
    computed = {name: job.future.result(PATIENCE) for name, job in encoders.items()}
    cached.board.clear()
    go_on = threading.Event()
    monkeypatch.setattr(maps, "compile_umap", lambda: wait_until(go_on))
    maps.prepare_maps()
    found = {name: job for name, job in maps_of_two_encoders(choice).items() if job.done}
    go_on.set()
    assert len(computed) == 2
    assert {name: job.result().tolist() for name, job in found.items()} == {
        name: xy.tolist() for name, xy in computed.items()
    }


def maps_of_two_encoders(choice: maps.MapChoice) -> dict[str, Job[np.ndarray]]:
    names = ["mclip", "tomclip_exact"]
    for job in maps.map_vector_jobs(names, choice):
        job.future.result(PATIENCE)
    return maps.map_jobs(names, choice)


def test_what_compiles_is_a_thread_of_its_own_with_low_priority(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    lowered, mapped = [], []
    monkeypatch.setattr(maps.os, "setpriority", lambda *of: lowered.append(of[1:]), raising=False)
    monkeypatch.setattr(maps.sys, "platform", "linux")
    monkeypatch.setattr(
        "tomclip.geometry.project", lambda cloud, **start: mapped.append(start) or cloud[:, :2]
    )
    maps.compile_umap()
    ((thread, priority),) = lowered
    assert thread != threading.get_native_id()
    assert priority == maps.LOW_PRIORITY
    assert [list(start) for start in mapped] == [[], ["initial"]]
