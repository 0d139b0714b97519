"""Workspaces on disk: written whole, known by name, replaced, renamed and removed."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tomclip.core.errors import InputError
from tomclip.core.files.manifests import sha256_of
from tomclip.core.paths import workspaces_owned_by
from tomclip.data.captions.table import open_captions
from tomclip.encoders import load_text_encoder
from tomclip.workspaces import (
    Workspace,
    create_workspace,
    delete_workspace,
    list_workspaces,
    open_workspace,
    rename_workspace,
    store,
    template_csv,
)

Write = Callable[..., Path]
TEXTS = "id,en,ko,de\na,a cat,고양이,eine Katze\nb,a dog,개,\n"


@pytest.fixture
def texts(write: Write) -> Workspace:
    return create_workspace("mine", [write("t.csv", TEXTS)])


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_workspace_holds_what_came(write: Write, pictures: Path) -> None:
    table = write("t.csv", TEXTS)
    made = create_workspace("mine", [table, pictures])
    assert made == open_workspace("mine") == open_workspace("workspace:mine")
    assert made == open_workspace(made.path)
    assert made.languages == {"en": 2, "ko": 2, "de": 1}
    assert list(made.pictures()) == ["a", "b"]
    assert made.pictures()["a"].read_bytes() == (pictures / "a.png").read_bytes()
    assert made.to_frame()["text"].tolist() == ["a cat", "a dog", "고양이", "개", "eine Katze"]
    (source, folder) = made.latest["sources"]
    assert source == {"name": "t.csv", "bytes": len(TEXTS.encode()), "sha256": sha256_of(table)}
    assert folder == {"name": "pictures", "folder": True}
    assert {one.kind for one in made.findings} == {"missing", "blank", "spare_picture"}
    assert repr(made) == "Workspace('mine', 2 items, 3 languages, 2 pictures)"


def test_training_reads_its_pairs_by_name(texts: Workspace) -> None:
    for source in ("workspace:mine", texts.captions_file):
        table = open_captions(source)
        rows = np.arange(len(table))
        assert table.english(rows) == ["a cat", "a dog", "a cat"]
        assert table.translated(rows) == ["고양이", "개", "eine Katze"]
        assert table.ids(rows) == ["a/ko/1", "b/ko/1", "a/de/1"]
    with pytest.raises(InputError, match="there is no workspace:none"):
        open_captions("workspace:none")
    with pytest.raises(InputError, match=r"there is no workspace:\.\./mine"):
        open_captions("workspace:../mine")


def test_without_english_there_are_no_pairs(write: Write) -> None:
    made = create_workspace("mine", [write("t.csv", "id,ko,ja\na,고양이,猫です\n")])
    with pytest.raises(InputError, match="no text beside an English one"):
        _ = made.captions_file
    with pytest.raises(InputError, match="no text beside an English one"):
        open_captions("workspace:mine")


def test_vectors_that_came_with_it_are_an_encoder(write: Write, tmp_path: Path) -> None:
    np.save(tmp_path / "v.npy", np.eye(2))
    table = write("t.csv", "id,text,language\na,a cat,en\na,고양이,ko\n")
    made = create_workspace("mine", [table, tmp_path / "v.npy"])
    assert made.vectors == {"text": (2, 2)}
    encoder = load_text_encoder(str(made.encoder))
    assert encoder.embed_texts(["고양이"], language="ko").vectors.tolist() == [[0.0, 1.0]]


def test_another_import_of_a_name_is_its_next_version(texts: Workspace, write: Write) -> None:
    with pytest.raises(InputError, match="there is a workspace 'mine' already"):
        create_workspace("mine", [write("u.csv", TEXTS)])
    again = create_workspace("mine", [write("u.csv", "id,en,ko\nc,a cow,소\n")], replace=True)
    assert [one["version"] for one in again.versions] == [1, 2]
    assert [one["sources"][0]["name"] for one in again.versions] == ["t.csv", "u.csv"]
    assert again.captions()["text"].tolist() == ["a cow", "소"]


def test_an_import_that_fails_leaves_the_earlier_one_whole(
    texts: Workspace, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(texts.path)
    with pytest.raises(InputError, match="Expected 2 columns"):
        create_workspace("mine", [write("bad.csv", "id,en\na,b,c\n")], replace=True)
    assert snapshot(texts.path) == before

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "write_json_atomically", full)
    with pytest.raises(InputError, match="No space left on device"):
        create_workspace("mine", [write("good.csv", TEXTS)], replace=True)
    assert snapshot(texts.path) == before
    assert [path.name for path in texts.path.parent.glob("[!.]*")] == ["mine"]
    assert not list(texts.path.parent.glob(".mine*"))


def test_a_folder_of_another_kind_is_never_replaced(own_workspaces: Path, write: Write) -> None:
    (own_workspaces / "mine").mkdir(parents=True)
    (own_workspaces / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(InputError, match="already"):
        create_workspace("mine", [write("t.csv", TEXTS)], replace=True)
    assert (own_workspaces / "mine" / "letter.txt").read_text() == "dear"


def test_workspaces_are_listed_renamed_and_removed(texts: Workspace, write: Write) -> None:
    create_workspace("other", [write("o.csv", TEXTS)])
    assert [one.name for one in list_workspaces()] == ["mine", "other"]
    with pytest.raises(InputError, match="'other' already"):
        rename_workspace("mine", "other")
    assert rename_workspace("mine", "new").languages == texts.languages
    delete_workspace("other")
    assert [one.name for one in list_workspaces()] == ["new"]
    with pytest.raises(InputError, match=r"no workspace 'other' \(there are: new\)"):
        delete_workspace("other")


def test_a_persons_workspaces_are_apart_from_all_others(texts: Workspace, write: Write) -> None:
    table = write("o.csv", TEXTS)
    with workspaces_owned_by("one@example.org"):
        assert not list_workspaces()
        own = create_workspace("mine", [table])
        assert own.path != texts.path
        assert "one@example" not in str(own.path)
        assert len(open_captions("workspace:mine")) == 3
    with workspaces_owned_by("other@example.org"), pytest.raises(InputError, match="none yet"):
        delete_workspace("mine")
    assert [one.path for one in list_workspaces()] == [texts.path]


def test_a_copy_elsewhere_is_opened_and_never_removed(texts: Workspace, tmp_path: Path) -> None:
    copy = texts.path.rename(tmp_path / "copy")
    assert open_workspace(copy).name == "copy"
    with pytest.raises(InputError, match="by hand"):
        delete_workspace(str(copy))
    assert copy.is_dir()


def test_a_damaged_workspace_is_told_and_passed_over(
    texts: Workspace, write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    create_workspace("other", [write("o.csv", TEXTS)])
    (texts.path / "workspace.json").write_text(json.dumps({"schema": 1}))
    with caplog.at_level(logging.WARNING):
        assert [one.name for one in list_workspaces()] == ["other"]
    assert "is damaged" in caplog.text
    with pytest.raises(InputError, match="is damaged"):
        open_workspace("mine")
    (open_workspace("other").path / "captions.parquet").unlink()
    with pytest.raises(InputError, match="missing or damaged"):
        open_workspace("other").captions()


def test_the_template_is_read_without_a_question(write: Write) -> None:
    made = create_workspace("mine", [write("template.csv", template_csv(["en", "ko", "fr"]))])
    assert made.languages == {"en": 3, "ko": 3}
    assert made.items()["label"].tolist() == ["fruit", "animal", "vehicle"]
    with pytest.raises(InputError, match="language is 'xx9'"):
        template_csv(["xx9"])


def test_pairs_hold_every_text_beside_the_first_english_one(write: Write) -> None:
    rows = "id,lang,text\n1,en,a cat\n1,en,one cat\n1,ko,고양이\n1,ko,냥이\n2,ko,개\n"
    made = create_workspace("mine", [write("l.csv", rows)])
    pairs = pd.read_parquet(made.captions_file)
    assert pairs["caption"].tolist() == ["a cat", "a cat"]
    assert pairs["id"].tolist() == ["1/ko/1", "1/ko/2"]
