"""What embedding takes, by a pilot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from support.tiny_assets import write_assets

from tomclip.encoders.memory.forecast import memory_estimate
from tomclip.evaluation import forecast as module
from tomclip.evaluation import load_task
from tomclip.evaluation.forecast import PILOT_PICTURES, PILOT_TEXTS, Forecast, forecast
from tomclip.workspaces import create_workspace

ITEMS, DIMENSION = 90, 24


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes every measured span one second long."""
    ticks = iter(np.arange(0.0, 99.0))
    monkeypatch.setattr(module.time, "perf_counter", lambda: float(next(ticks)))


@pytest.fixture
def workspace(runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Returns 90 items in two languages with a picture each, beside the tiny encoders."""
    monkeypatch.setenv("TOMCLIP_ASSETS", str(write_assets(tmp_path / "assets")))
    table = pd.DataFrame({"id": [f"i{row}" for row in range(ITEMS)]})
    for code in ("en", "ko"):
        table[code] = [f"{code} text {row}" for row in range(ITEMS)]
    table.to_csv(tmp_path / "t.csv", index=False)
    (tmp_path / "files").mkdir()
    for row in range(ITEMS):
        Image.new("RGB", (6, 6), (row, 0, 0)).save(tmp_path / "files" / f"i{row}.png")
    create_workspace("texts", [tmp_path / "t.csv"])
    create_workspace("pictures", [tmp_path / "t.csv", tmp_path / "files"])
    return "workspace:pictures"


def test_texts_and_pictures_are_counted_at_their_own_pace(workspace: str, clock: None) -> None:
    steps: list[int] = []
    found = forecast("mclip", load_task(workspace), on_progress=lambda done, _: steps.append(done))
    assert steps == [1, 2, 3]
    assert found == Forecast(
        texts=2 * ITEMS,
        pictures=ITEMS,
        seconds=2 * ITEMS / PILOT_TEXTS + ITEMS / PILOT_PICTURES,
        vector_bytes=3 * ITEMS * DIMENSION * 4,
        model_bytes=memory_estimate("mclip").total,
        pilot_seconds=2.0,
        piloted=(PILOT_TEXTS, PILOT_PICTURES),
    )


def test_of_chosen_languages_only_their_texts_count(workspace: str, clock: None) -> None:
    found = forecast("mclip", load_task("workspace:texts"), languages=["ko"])
    assert (found.texts, found.pictures) == (ITEMS, 0)
    assert found.seconds == pytest.approx(ITEMS / PILOT_TEXTS)
