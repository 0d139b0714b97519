"""Labels of a data set of one's own as classes: pictures are named by them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from tomclip.core.errors import InputError
from tomclip.core.types import Embeddings
from tomclip.encoders.stored.saving import save_embeddings
from tomclip.evaluation import evaluate, load_task, task_source, task_sources
from tomclip.workspaces import create_workspace

LABELS = ("red", "blue", "red", "", "blue", "red")
"""Of items 0 to 5; the last one has no picture."""
NAME = "workspace:mine/labels"


def made(folder: Path, labels: Sequence[str] = LABELS, code: str = "en") -> None:
    """Makes the workspace "mine" of items with a text, a label, and a picture but for the last."""
    ids = [f"item-{row}" for row in range(len(labels))]
    table = pd.DataFrame({"id": ids, code: [f"text {one}" for one in ids], "label": labels})
    table.to_csv(folder / "t.csv", index=False)
    (folder / "files").mkdir()
    for row, one in enumerate(ids[:-1]):
        Image.new("RGB", (6, 6), (9 * row, 0, 0)).save(folder / "files" / f"{one}.png")
    create_workspace("mine", [folder / "t.csv", folder / "files"])


def stored(folder: Path) -> str:
    """Returns an encoder of two prompts, red and blue, that takes the second picture for red."""
    prompts = ("a photo of a red", "a photo of a blue")
    red, blue = np.eye(2, dtype=np.float32)
    pictures = {"item-0": red, "item-1": red, "item-2": red, "item-4": blue}
    ids = tuple(pictures)
    folder.mkdir()
    text = Embeddings(np.stack([red, blue]), prompts, prompts, ("en",) * 2, "text", "stored", True)
    image = Embeddings(
        np.stack(list(pictures.values())), ids, ids, ("",) * 4, "image", "stored", True
    )
    save_embeddings(text, folder / "text.npz")
    save_embeddings(image, folder / "image.npz")
    return f"vectors:{folder}"


def test_pictures_with_a_label_are_named_among_the_labels(runs: Path, tmp_path: Path) -> None:
    made(tmp_path)
    task = load_task(NAME)
    assert task.picture_labels == ("red", "blue", "red", "blue")
    assert task.texts("en").texts == ("a photo of a red", "a photo of a blue")
    report = evaluate(stored(tmp_path / "vectors"), task)
    assert report.settings["ks"] == [1]
    assert report.table()["zero_shot_top1"]["mean"] == 75.0


def test_labels_are_taken_for_the_first_language_where_there_is_no_english(
    runs: Path, tmp_path: Path
) -> None:
    made(tmp_path, code="ko")
    task = load_task(NAME)
    assert task.languages == ("ko",)
    assert task.texts("ko").texts == ("red가 있는 사진", "blue가 있는 사진")
    with pytest.raises(InputError, match="are in 'ko', not in 'en'"):
        task.texts("en")


def test_a_label_that_changes_is_another_task(runs: Path, tmp_path: Path) -> None:
    made(tmp_path)
    before = load_task(NAME).digest(["en"], ["en"])
    (tmp_path / "again").mkdir()
    table = pd.read_csv(tmp_path / "t.csv", keep_default_na=False)
    table["label"] = table["label"].replace("blue", "green")
    table.to_csv(tmp_path / "again" / "t.csv", index=False)
    create_workspace("mine", [tmp_path / "again" / "t.csv", tmp_path / "files"], replace=True)
    assert load_task(NAME).digest(["en"], ["en"]) != before


@pytest.mark.parametrize("labels", [("",) * 6, ("red",) * 6, ("red",) * 5 + ("blue",)])
def test_fewer_than_two_labels_with_pictures_are_no_classes(
    labels: Sequence[str], runs: Path, tmp_path: Path
) -> None:
    made(tmp_path, labels)
    assert NAME not in task_sources()
    with pytest.raises(InputError, match="there is no task"):
        load_task(NAME)


def test_its_facts_are_told_before_it_is_loaded(runs: Path, tmp_path: Path) -> None:
    made(tmp_path)
    facts = task_source(NAME).facts()
    assert (facts.kind, facts.pictures, facts.languages) == ("classification", 4, ("en",))
