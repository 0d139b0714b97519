"""From rows to items, texts, pictures and vectors, and what is odd about them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.clouds import gaussian

from tomclip.core.errors import InputError
from tomclip.core.reading.characters import is_blank
from tomclip.core.types import Embeddings
from tomclip.encoders.stored.saving import save_embeddings
from tomclip.workspaces import Contents, inspected

Write = Callable[..., Path]


def made(*paths: Path, **changes: tuple[str, str]) -> Contents:
    with inspected(paths) as found:
        return found.contents(changes)  # type: ignore[arg-type]


def texts(contents: Contents) -> list[tuple[str, str, str]]:
    return [tuple(row) for row in contents.captions.to_numpy().tolist()]


def counted(contents: Contents) -> dict[tuple[str, str], int]:
    return {(one.kind, one.language): one.count for one in contents.findings}


LONG = "nr,lang,text\n1,en,a cat\n1,Korean,고양이\n2,en,a dog\n2,ko-KR,개\n"
WIDE = "nr,English,ko\n1,a cat,고양이\n2,a dog,개\n"


def test_long_and_wide_tables_of_the_same_texts_are_the_same(write: Write) -> None:
    long, wide = made(write("l.csv", LONG)), made(write("w.csv", WIDE))
    assert sorted(texts(long)) == sorted(texts(wide))
    assert long.languages == wide.languages == ("en", "ko")
    assert long.items.equals(wide.items)


def test_all_kinds_of_files_are_read_alike(write: Write, tmp_path: Path) -> None:
    table = pd.DataFrame({"nr": [1, 2], "English": ["a cat", "a dog"], "ko": ["고양이", "개"]})
    table.to_parquet(tmp_path / "w.parquet")
    table.to_json(tmp_path / "w.jsonl", orient="records", lines=True)
    table.to_csv(tmp_path / "w.tsv", sep="\t", index=False)
    table.to_csv(tmp_path / "w.csv.gz", index=False)
    expected = texts(made(write("w.csv", WIDE)))
    for name in ("w.parquet", "w.jsonl", "w.tsv", "w.csv.gz"):
        assert texts(made(tmp_path / name)) == expected, name


def test_english_texts_stand_for_ids_where_there_are_none(write: Write) -> None:
    rows = "caption\tcaption_multi\tmulti_language_code\n"
    rows += "a cat\t고양이\tko\na cat\t猫\tja\na dog\t개\tko\n"
    found = made(write("pairs.tsv", rows))
    assert len(found.items) == 2
    assert counted(found) == {("missing", "ja"): 1}


def test_what_is_odd_is_counted_and_kept(write: Write) -> None:
    odd = [
        ("1", "a\u0007bell", "x"),
        ("2", "lost \ufffd sign", "x"),
        ("3", "cafe\u0301 noir", "y z"),
        ("4", "turned \u202e text", "\u200b"),
        ("5", "<b>bold</b> <script>alert(1)</script>", "y z"),
        ("6", "5 < 6 and 7 > 2", "고양이"),
    ]
    table = pd.DataFrame(odd, columns=["nr", "en", "ko"])
    found = made(write("odd.csv", table.to_csv(index=False)))
    assert counted(found) == {
        ("blank", "ko"): 1,
        ("missing", "ko"): 1,
        ("duplicate", "ko"): 2,
        ("control", "en"): 1,
        ("replacement", "en"): 1,
        ("decomposed", "en"): 1,
        ("direction", "en"): 1,
        ("markup", "en"): 1,
        ("other_script", "ko"): 5,
    }
    kept = dict(zip(found.captions["item"], found.captions["text"], strict=True))
    assert "<script>alert(1)</script>" in found.captions["text"].tolist()[4]
    assert len(kept) == 6
    turned = next(one for one in found.findings if one.kind == "direction")
    assert turned.examples == ("turned \\u202e text",)


def test_right_to_left_and_combining_texts_come_back_as_they_were(write: Write) -> None:
    rows = "nr,ar,hi,he\n1,قطة نائمة,सोती हुई बिल्ली,חתול ישן\n"
    found = made(write("r.csv", rows))
    assert [text for *_, text in texts(found)] == ["قطة نائمة", "सोती हुई बिल्ली", "חתול ישן"]
    assert not found.findings


def test_repeated_rows_count_once_and_several_texts_of_an_item_stay(write: Write) -> None:
    found = made(write("l.csv", LONG + "1,en,a cat\n1,en,one cat\n"))
    assert counted(found) == {("repeated", "en"): 1, ("several", "en"): 1}
    assert len(found.captions) == 5


def test_labels_and_groups_go_with_their_items(write: Write) -> None:
    rows = "nr,lang,text,label,group\n1,en,a cat,pet,x\n1,ko,고양이,wild,\n2,en,a dog,,\n"
    found = made(write("l.csv", rows))
    assert found.items.to_numpy().tolist() == [["1", "pet", "x"], ["2", "", ""]]
    assert counted(found)["labels", ""] == 1


@pytest.mark.parametrize("picture", ["a.png", "pictures/a.png", "./a.png", "a"])
def test_pictures_are_found_by_name_with_or_without_folder_or_ending(
    write: Write, pictures: Path, picture: str
) -> None:
    table = write("t.csv", f"nr,file,en\n1,{picture},a cat\n")
    found = made(table, pictures, file=("picture", ""))
    assert found.pictures["1"].name == "a.png"
    assert counted(found)["spare_picture", ""] == 2


def test_without_a_column_the_id_names_the_picture(write: Write, pictures: Path) -> None:
    found = made(write("t.csv", "id,en,ko\na,a cat,고양이\nz,a dog,개\n"), pictures)
    assert list(found.pictures) == ["a"]
    assert counted(found) == {("no_picture", ""): 1, ("spare_picture", ""): 2}


def test_pictures_alone_are_items_and_their_folder_is_the_label(pictures: Path) -> None:
    (pictures / "cats").mkdir()
    (pictures / "a.png").rename(pictures / "cats" / "a.png")
    (pictures / ".hidden.png").write_bytes(b"nothing")
    found = made(pictures)
    assert found.items["item"].tolist() == ["b", "c", "cats/a"]
    assert found.items["label"].tolist() == ["", "", "cats"]


def test_vectors_of_other_programs_go_with_rows_by_order(write: Write, tmp_path: Path) -> None:
    vectors = gaussian(4, 3).astype(np.float32)
    np.save(tmp_path / "v.npy", vectors)
    (part,) = made(write("l.csv", LONG), tmp_path / "v.npy").vectors
    assert part.labels == ("a cat", "고양이", "a dog", "개")
    assert part.languages == ("en", "ko", "en", "ko")
    assert np.array_equal(part.vectors, vectors)


def test_vectors_without_texts_are_known_by_their_ids(tmp_path: Path) -> None:
    np.savez(tmp_path / "v.npz", emb=np.eye(3), ids=np.array(["a1", "b2", "c3"]))
    found = made(tmp_path / "v.npz")
    (part,) = found.vectors
    assert part.labels == ("a1", "b2", "c3")
    assert found.languages == ("und",)


@pytest.mark.parametrize("suffix", [".npz", ".parquet"])
def test_what_embed_writes_is_read_with_its_texts(tmp_path: Path, suffix: str) -> None:
    own = Embeddings(
        np.eye(2, dtype=np.float32),
        ("1", "1"),
        ("a cat", "고양이"),
        ("en", "ko"),
        "text",
        "x",
        True,
    )
    save_embeddings(own, tmp_path / f"own{suffix}")
    found = made(tmp_path / f"own{suffix}")
    assert sorted(texts(found)) == [("1", "en", "a cat"), ("1", "ko", "고양이")]
    assert np.array_equal(found.vectors[0].vectors, own.vectors)


def test_the_first_rows_are_shown_as_text(tmp_path: Path, write: Write) -> None:
    np.save(tmp_path / "v.npy", np.eye(4))
    with inspected([write("l.csv", LONG), tmp_path / "v.npy"]) as found:
        head = found.head(2)
    assert head["text"].tolist() == ["a cat", "고양이"]
    assert head["vector"].tolist() == ["4 numbers", "4 numbers"]


SAID = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=20)


@given(st.lists(st.tuples(SAID, SAID), min_size=1, max_size=8))
def test_whatever_is_written_comes_back_as_it_was(said: list[tuple[str, str]]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        rows = [(f"i{row}", *texts) for row, texts in enumerate(said)]
        table = pd.DataFrame(rows, columns=["id", "en", "ko"])
        table.to_csv(path, index=False, encoding="utf-8")
        with inspected([path]) as found:
            changes = {"id": ("item", ""), "en": ("text", "en"), "ko": ("text", "ko")}
            if all(is_blank(text) for texts in said for text in texts):
                with pytest.raises(InputError):
                    found.contents(changes)  # type: ignore[arg-type]
                return
            contents = found.contents(changes)  # type: ignore[arg-type]
    expected = [
        (item, code, text.strip())
        for code, column in (("en", 1), ("ko", 2))
        for item, text in ((row[0], row[column]) for row in rows)
        if not is_blank(text)
    ]
    assert texts(contents) == expected
