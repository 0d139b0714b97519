"""Data sets of one's own as tasks: with pictures, with texts alone, and from a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from support.clouds import gaussian

from tomclip.core.errors import InputError
from tomclip.core.types import Embeddings
from tomclip.encoders.stored.saving import save_embeddings
from tomclip.evaluation import compare, evaluate, load_task, task_source, task_sources
from tomclip.workspaces import create_workspace

ITEMS = 14


def captions(languages: Sequence[str] = ("en", "ko"), *, without: int = 0) -> pd.DataFrame:
    """Returns a wide table; the last language lacks its first `without` texts."""
    table = pd.DataFrame({"id": [f"item-{row}" for row in range(ITEMS)]})
    for code in languages:
        table[code] = [f"{code} text {row}" for row in range(ITEMS)]
    table.loc[: without - 1, languages[-1]] = ""
    return table


@pytest.fixture
def texts(runs: Path, tmp_path: Path) -> str:
    """Returns a workspace of English and Korean, of which Korean lacks two texts."""
    captions(without=2).to_csv(tmp_path / "t.csv", index=False)
    create_workspace("texts", [tmp_path / "t.csv"])
    return "workspace:texts"


@pytest.fixture
def pictures(runs: Path, tmp_path: Path) -> str:
    """Returns the same with a picture each, but for the last item."""
    captions(without=2).to_csv(tmp_path / "p.csv", index=False)
    (tmp_path / "files").mkdir()
    for row in range(ITEMS - 1):
        Image.new("RGB", (6, 6), (9 * row, 0, 0)).save(tmp_path / "files" / f"item-{row}.png")
    create_workspace("pictures", [tmp_path / "p.csv", tmp_path / "files"])
    return "workspace:pictures"


def stored_vectors(folder: Path, *, noise: float) -> str:
    """Returns an encoder whose texts of an item lie near each other, and near its picture."""
    folder.mkdir()
    items = gaussian(ITEMS, 8)
    ids = tuple(f"item-{row}" for row in range(ITEMS))
    for place, code in enumerate(("en", "ko", "")):
        near = (items + noise * gaussian(ITEMS, 8, seed=place + 1)).astype(np.float32)
        labels = tuple(f"{code} text {row}" for row in range(ITEMS)) if code else ids
        modality = "text" if code else "image"
        part = Embeddings(near, ids, labels, (code,) * ITEMS, modality, "stored", False)
        save_embeddings(part, folder / f"{code or 'pictures'}.npz")
    return f"vectors:{folder}"


def test_texts_alone_are_found_by_the_english_ones_of_their_items(
    texts: str, tmp_path: Path
) -> None:
    task = load_task(texts)
    assert list(task.asked) == ["text_to_english", "english_to_text"]
    report = evaluate(stored_vectors(tmp_path / "v", noise=0.01), task, references=())
    found = {(score.name, score.language): score.value for score in report.scores}
    assert found["text_to_english_recall_at_1", "ko"] == 100.0
    assert found["english_to_text_recall_at_1", "mean"] == 100.0
    assert not any(language == "en" for _, language in found)
    assert len(report.ranks["text_to_english"]["ko"]) == ITEMS - 2
    assert report.settings["chance"]["english_to_text"]["ko"][0] == pytest.approx(100 / 12)
    assert report.settings["described"] == {"en": ITEMS, "ko": ITEMS - 2}


def test_far_texts_are_found_no_better_than_by_chance(texts: str, tmp_path: Path) -> None:
    near, far = (stored_vectors(tmp_path / str(noise), noise=noise) for noise in (0.01, 99.0))
    table = compare(near, [far], load_task(texts), references=())
    row = table.query("name == 'text_to_english_recall_at_1' and language == 'ko'").iloc[0]
    assert row["baseline_value"] == 100.0
    assert row["value"] < 50.0
    assert row["p_value"] < 0.05


def test_shapes_are_compared_on_the_items_that_both_languages_have(
    texts: str, tmp_path: Path
) -> None:
    report = evaluate(stored_vectors(tmp_path / "v", noise=0.01), load_task(texts))
    cka = [one for one in report.scores if one.name == "linear_cka" and one.language == "ko"]
    assert [one.n for one in cka] == [ITEMS - 2]
    assert cka[0].value > 0.99


def test_english_alone_asks_nothing_of_texts(texts: str, tmp_path: Path) -> None:
    encoder = stored_vectors(tmp_path / "v", noise=0.01)
    with pytest.raises(InputError, match="English alone is asked"):
        evaluate(encoder, load_task(texts), languages=["en"], references=())


def test_pictures_and_captions_are_found_by_each_other(pictures: str, tmp_path: Path) -> None:
    task = load_task(pictures)
    assert list(task.asked) == ["text_to_image", "image_to_text"]
    assert len(task.pictures) == ITEMS - 1
    report = evaluate(stored_vectors(tmp_path / "v", noise=0.01), task, references=())
    assert {score.value for score in report.scores} == {100.0}
    assert len(report.ranks["image_to_text"]["ko"]) == ITEMS - 3
    assert report.owners["image_to_text"]["ko"] == tuple(range(2, ITEMS - 1))


def test_workspaces_are_registered_and_keep_their_source(texts: str) -> None:
    assert texts in task_sources()
    assert task_source(texts) is task_source(texts)
    facts = task_source(texts).facts()
    assert (facts.title, facts.pictures, facts.languages) == ("texts", 0, ("en", "ko"))


def test_another_version_is_another_source(texts: str, tmp_path: Path) -> None:
    before = task_source(texts)
    captions(("en", "de")).to_csv(tmp_path / "n.csv", index=False)
    create_workspace("texts", [tmp_path / "n.csv"], replace=True)
    assert task_source(texts) is not before
    assert task_source(texts).facts().languages == ("en", "de")


def test_a_folder_of_files_is_a_task(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    captions().to_csv(tmp_path / "own" / "t.csv", index=False)
    task = load_task(str(tmp_path / "own"))
    assert task.languages == ("en", "ko")
    assert task_source(str(tmp_path / "own")).facts().title == "own"


def test_a_workspaces_folder_elsewhere_is_a_task(texts: str, runs: Path, tmp_path: Path) -> None:
    moved = (runs / "workspaces" / "texts").rename(tmp_path / "moved")
    assert load_task(str(moved)).name == str(moved)


def test_too_few_items_and_an_empty_folder_are_refused(runs: Path, tmp_path: Path) -> None:
    captions().head(9).to_csv(tmp_path / "t.csv", index=False)
    create_workspace("few", [tmp_path / "t.csv"])
    with pytest.raises(InputError, match="at most 9 items"):
        load_task("workspace:few")
    assert task_source("workspace:few").state() == "incomplete"
    assert task_source("workspace:few").facts().languages == ("en", "ko")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="nothing that is read came"):
        load_task(str(tmp_path / "empty"))


def test_without_pictures_and_english_nothing_is_asked(runs: Path, tmp_path: Path) -> None:
    captions(("ko", "de")).to_csv(tmp_path / "t.csv", index=False)
    create_workspace("foreign", [tmp_path / "t.csv"])
    task = load_task("workspace:foreign")
    assert task.languages == ("de", "ko")
    with pytest.raises(InputError, match="neither pictures nor English"):
        evaluate(stored_vectors(tmp_path / "v", noise=0.01), task, references=())


def test_several_texts_of_a_picture_are_each_a_query(runs: Path, tmp_path: Path) -> None:
    wide = captions()
    long = wide.melt("id", var_name="language", value_name="text")
    more = long.assign(text=long["text"] + " again")
    pd.concat([long, more]).to_csv(tmp_path / "l.csv", index=False)
    create_workspace("long", [tmp_path / "l.csv"])
    asked = load_task("workspace:long").texts("ko")
    assert len(asked.texts) == 2 * ITEMS
    assert asked.owners["text_to_english"].tolist() == np.repeat(np.arange(ITEMS), 2).tolist()
    assert [asked.texts[row] for row in asked.cloud] == wide["ko"].tolist()
