"""The archive: what is in it, that it says how it was made, and what it does without a browser."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from support.figure_samples import CONTEXT, FIGURES, score_rows

from tomclip.core.errors import InputError
from tomclip.export import figure_bundle

DATA = score_rows(["mclip"])


def unpacked(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        return {name: files.read(name) for name in files.namelist()}


@pytest.fixture
def without_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, bytes]:
    """Returns the files of a bundle made on a machine without a browser."""
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "nothing"))
    figure = FIGURES["accuracy"](CONTEXT)
    return unpacked(figure_bundle(figure, name="scores", data=DATA, facts={"subset": "unseen"}))


def test_a_bundle_holds_images_page_data_metadata_and_a_readme(chromium: Path) -> None:
    files = unpacked(figure_bundle(FIGURES["accuracy"](CONTEXT), name="scores", data=DATA))
    assert sorted(files) == [
        "scores/README.txt",
        "scores/data.csv",
        "scores/metadata.json",
        "scores/scores.html",
        "scores/scores.png",
        "scores/scores.svg",
    ]
    assert b"<svg" in files["scores/scores.svg"][:200]
    assert json.loads(files["scores/metadata.json"])["images_left_out"] == ""


def test_the_metadata_says_what_it_shows_and_what_made_it(
    without_browser: dict[str, bytes],
) -> None:
    metadata = json.loads(without_browser["scores/metadata.json"])
    assert metadata["figure"]["encoder"] == ["MCLIP", "ToMCLIP exact"]
    assert metadata["figure"]["metric"] == "cosine"
    assert metadata["facts"] == {"subset": "unseen"}
    assert {"python", "plotly", "kaleido", "tomclip"} <= metadata["versions"].keys()
    assert metadata["made_at"].endswith("+00:00")


def test_the_metadata_s_checksums_are_right(without_browser: dict[str, bytes]) -> None:
    listed = json.loads(without_browser["scores/metadata.json"])["files"]
    for path, facts in listed.items():
        content = without_browser[f"scores/{path}"]
        assert facts == {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def test_the_data_can_be_read_back(without_browser: dict[str, bytes]) -> None:
    read = pd.read_csv(io.BytesIO(without_browser["scores/data.csv"]))
    pd.testing.assert_frame_equal(read, DATA)


def test_without_a_browser_the_images_are_left_out_and_it_is_said(
    without_browser: dict[str, bytes],
) -> None:
    assert not [name for name in without_browser if name.endswith((".svg", ".png", ".pdf"))]
    assert "Images were left out: no Chrome" in without_browser["scores/README.txt"].decode()
    assert (
        "plotly_get_chrome"
        in json.loads(without_browser["scores/metadata.json"])["images_left_out"]
    )


def test_the_readme_describes_every_other_file(without_browser: dict[str, bytes]) -> None:
    readme = without_browser["scores/README.txt"].decode()
    assert "MCLIP, ToMCLIP exact · cosine · 300 concepts" in readme
    assert all(name.split("/")[1] in readme for name in without_browser if "README" not in name)


@pytest.mark.parametrize("name", ["", "a/b", "../up", "한국어", "-x"])
def test_a_name_that_is_no_file_name_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="name is"):
        figure_bundle(FIGURES["betti"](CONTEXT), name=name, data=DATA)
