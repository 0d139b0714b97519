"""The maps that ship are those of the encoders and words that ship."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import ship_maps
from support.checkout import ROOT

from tomclip.geometry import Umap
from tomclip.ui.computing import cached, maps, shipped_maps


def test_every_key_of_what_ships_is_the_one_of_today_s_encoders_and_words() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "ship_maps.py", "--check"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]


def test_what_ships_is_small_and_of_every_point() -> None:
    path = ROOT / "assets" / "emoji" / "maps" / "maps.npz"
    assert path.stat().st_size < 200_000
    rows = len(ship_maps.first_choice().rows)
    stored = shipped_maps.read_maps(path)
    assert len(stored) >= 15
    assert {xy.shape for xy in stored.values()} == {(rows * 3, 2), (rows * 13, 2)}


def test_a_changed_choice_or_word_is_another_map(monkeypatch: pytest.MonkeyPatch) -> None:
    choice = ship_maps.first_choice()
    key = shipped_maps.shipped_key("mclip", choice, "")
    others = [
        replace(choice, layout=Umap(seed=1)),
        replace(choice, languages=("en", "ko")),
        replace(choice, concepts=50),
        replace(choice, subset="all"),
    ]
    keys = {shipped_maps.shipped_key("mclip", one, "") for one in others}
    assert len(keys) == 4
    assert key not in keys
    assert shipped_maps.shipped_key("mclip", choice, "start") != key
    assert shipped_maps.shipped_key("tomclip", choice, "") != key
    assert shipped_maps.shipped_key("mclip", replace(choice, concepts=9_999), "") == key
    data = cached.dataset()
    words = {**data.names, "ko": (*data.names["ko"][:-1], "다른 말")}
    changed = replace(data, names=words)
    monkeypatch.setattr(cached, "dataset", lambda *_: changed)
    whole = replace(choice, subset="all", concepts=9_999)
    renamed = shipped_maps.shipped_key("mclip", whole, "")
    monkeypatch.undo()
    assert renamed != shipped_maps.shipped_key("mclip", whole, "")


@pytest.mark.parametrize("choice", [ship_maps.first_choice(), ship_maps.every_language()])
def test_the_first_maps_need_neither_vectors_nor_umap(
    choice: maps.MapChoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached.board.clear()
    pair = ["mclip", "tomclip_exact"]
    assert maps.needed_vector_jobs(pair, choice) == []
    monkeypatch.setattr(maps, "map_vectors", lambda *_: pytest.fail("vectors were asked for"))
    jobs = maps.map_jobs(pair, choice)
    assert all(job.done for job in jobs.values())
    again = maps.map_jobs(pair, choice)
    assert [jobs[name] is again[name] for name in pair] == [True, True]


def test_without_the_first_one_s_map_no_other_is_shown() -> None:
    choice = replace(ship_maps.first_choice(), languages=("en", "de"))
    assert shipped_maps.shipped_maps(["mclip", "tomclip"], choice) == {}
    pictured = replace(choice, languages=("en", maps.PICTURES))
    assert shipped_maps.shipped_maps(["mclip"], pictured) == {}


def test_a_damaged_file_ships_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "maps.npz"
    for damaged in (b"", b"PK\x03\x04 cut off", b"no archive at all"):
        path.write_bytes(damaged)
        monkeypatch.setattr(shipped_maps, "shipped_path", lambda: path)
        assert shipped_maps.shipped_maps(["mclip"], ship_maps.first_choice()) == {}


def test_places_come_back_to_within_a_step(tmp_path: Path) -> None:
    xy = np.random.default_rng(0).normal(size=(50, 2)) * [3.0, 700.0]
    flat = np.column_stack([np.arange(5.0), np.full(5, 2.0)])
    shipped_maps.write_maps({"a": xy, "b": flat}, tmp_path / "maps.npz")
    back = shipped_maps.read_maps(tmp_path / "maps.npz")
    assert np.abs(back["a"] - xy).max() <= np.ptp(xy, axis=0).max() / shipped_maps.STEPS
    np.testing.assert_allclose(back["b"], flat, atol=1e-4)
