"""Whatever cannot be taken is refused in one sentence, and nothing is written."""

from __future__ import annotations

import gzip
import io
import stat
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from tomclip.core.errors import InputError, TomclipError
from tomclip.workspaces import LIMITS, create_workspace, inspected

Write = Callable[..., Path]
GOOD = "id,en,ko\na,a cat,고양이\nb,a dog,개\n"


def refusal(*paths: Path, **options: object) -> str:
    """Returns the one sentence with which files are refused; nothing is written then."""
    with pytest.raises(TomclipError) as caught:
        create_workspace("refused", paths, **options)  # type: ignore[arg-type]
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


def zip_of(path: Path, files: dict[str, bytes], *, packed: bool = False) -> Path:
    """Returns a zip with some files."""
    how = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, how)
    return path


@pytest.fixture
def png() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("ragged.csv", "id,en\na,a cat\nb,a dog,too much\n", "line 3: Expected 2 columns, got 3"),
        ("short.tsv", "id\ten\na\n", "line 2: Expected 2 columns, got 1"),
        ("open.csv", 'id,en\na,"a cat\nb,a dog\n', "quotation mark"),
        ("latin.csv", "id,fr\na,un garçon très âgé\n".encode("latin-1"), "is not UTF-8"),
        ("utf16.csv", GOOD.encode("utf-16"), "UTF-16"),
        ("paper.csv", b"%PDF-1.7\n", "paper.csv is a PDF, not a table of text"),
        ("book.tsv", b"PK\x03\x04....", "a zip or a workbook"),
        ("empty.csv", "id,en\n", "has no rows"),
        ("twice.csv", "en,en\na,b\n", "more than one column en"),
        ("unnamed.csv", "id,\na,b\n", "column 2 has no name"),
        ("ids.csv", "id,en,ko\na,x y,개\na,z y,말\n", "duplicate ids: a"),
        ("noid.csv", "id,en,ko\n,x y,개\nb,z y,말\n", "row 1 has no id"),
        ("keys.jsonl", '{"en":"a b"}\n{"de":"c d"}\n', "give every line the same keys"),
        ("half.jsonl", '{"en":"a b"}\n{"en":', "is not JSON"),
        ("nested.jsonl", '{"en":{"a":1}}\n', "neither text nor a number"),
        ("surrogate.jsonl", '{"en":"\\ud800"}\n', "half a character"),
        (
            "lang.jsonl",
            '{"id":"1","text":"a b","language":"en"}\n' * 9
            + '{"id":"2","text":"a b","language":"klingonish"}\n',
            "row 10 has 'klingonish'",
        ),
        ("broken.parquet", b"PAR1 is no parquet", "cannot be read"),
        ("broken.zip", b"PK no zip", "no whole zip"),
        ("notes.docx", b"words", "nothing that is read came (notes.docx)"),
        ("numbers.csv", "a,b\n1,2\n3,4\n", "none of the columns a, b holds text"),
    ],
)
def test_a_bad_table_is_refused(
    write: Write, name: str, content: str | bytes, words: str, own_workspaces: Path
) -> None:
    assert words in refusal(write(name, content))
    assert not own_workspaces.exists() or not list(own_workspaces.glob("[!.]*"))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "there is no file or folder" in refusal(tmp_path / "none.csv")


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as stream:
        stream.truncate(2_000_000_000)
    assert "has 2 GB; up to 500 MB is taken" in refusal(path)


def test_a_packed_table_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"a" * 2_000_000))
    assert "unpacks to more than 1 MB" in refusal(path, limits=replace(LIMITS, table_bytes=10**6))


def test_more_rows_than_stated_are_refused(write: Write, tmp_path: Path) -> None:
    few = replace(LIMITS, rows=1)
    pd.DataFrame({"en": ["a b", "c d"]}).to_parquet(tmp_path / "two.parquet")
    lines = '{"en":"a b"}\n{"en":"c d"}\n'
    for path in (write("t.csv", GOOD), tmp_path / "two.parquet", write("t.jsonl", lines)):
        assert "more than 1 rows" in refusal(path, limits=few)
    fewer_texts = replace(LIMITS, texts=3)
    assert "up to 4 texts; 3 are taken" in refusal(write("t.csv", GOOD), limits=fewer_texts)


@pytest.mark.parametrize("name", ["../evil.png", "/etc/evil.png", "a/../../b.png", "C:/x.png"])
def test_a_zip_that_names_files_outside_is_refused(tmp_path: Path, name: str, png: bytes) -> None:
    sentence = refusal(zip_of(tmp_path / "p.zip", {name: png}))
    assert "outside of its own folder" in sentence
    assert not list(tmp_path.rglob("evil.png"))


def test_a_zip_bomb_is_refused_by_its_ratio_and_by_its_size(tmp_path: Path) -> None:
    bomb = zip_of(tmp_path / "bomb.zip", {"a.png": bytes(5_000_000)}, packed=True)
    assert "more than 200 times its size" in refusal(bomb)
    packed = zip_of(tmp_path / "p.zip", {f"{n}.png": bytes(900_000) for n in range(9)}, packed=True)
    assert "unpacks to 8.1 MB" in refusal(packed, limits=replace(LIMITS, archive_bytes=8_000_000))
    assert "holds 9 files" in refusal(packed, limits=replace(LIMITS, members=8))


def test_a_zip_that_lies_about_its_sizes_is_refused(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "lie.zip", {"a.png": bytes(900_000)}, packed=True)
    content = path.read_bytes().replace((900_000).to_bytes(4, "little"), (9).to_bytes(4, "little"))
    path.write_bytes(content)
    assert "lie.zip" in refusal(path)


def test_links_locks_and_doubles_in_a_zip_are_refused(tmp_path: Path, png: bytes) -> None:
    link = zipfile.ZipInfo("link.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "holds a link" in refusal(tmp_path / "link.zip")
    with zipfile.ZipFile(tmp_path / "twice.zip", "w") as archive:
        archive.writestr("a.png", png)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.png", png)
    assert "holds a.png twice" in refusal(tmp_path / "twice.zip")
    locked = zip_of(tmp_path / "locked.zip", {"a.png": png}).read_bytes()
    place = locked.index(b"PK\x01\x02") + 8
    (tmp_path / "locked.zip").write_bytes(locked[:place] + b"\x01" + locked[place + 1 :])
    assert "password" in refusal(tmp_path / "locked.zip")


def test_corrupt_pictures_are_refused_by_name(write: Write, pictures: Path) -> None:
    whole = (pictures / "a.png").read_bytes()
    (pictures / "b.png").write_bytes(whole[: len(whole) // 2])
    (pictures / "c.png").write_bytes(b"<html>no picture</html>")
    sentence = refusal(pictures)
    assert "2 of 3 pictures cannot be taken: b.png, c.png" in sentence
    large = replace(LIMITS, picture_side=4)
    (pictures / "b.png").write_bytes(whole)
    (pictures / "c.png").write_bytes(whole)
    assert "3 of 3 pictures" in refusal(pictures, limits=large)


def test_pictures_and_rows_that_do_not_fit_are_refused(write: Write, pictures: Path) -> None:
    named = write("t.csv", "id,picture,en\n1,a.png,a cat\n2,z.png,a dog\n")
    assert "1 of 2 pictures that the table names did not come: z.png" in refusal(named, pictures)
    strange = write("s.csv", "id,en,ko\nx1,a cat,개\nx2,a dog,말\n")
    assert "none of the 3 pictures has the id" in refusal(strange, pictures)


def test_a_name_that_fits_two_pictures_is_refused(write: Write, pictures: Path) -> None:
    for folder in ("one", "two"):
        write(f"both/{folder}/a.png", (pictures / "a.png").read_bytes())
    table = write("both/t.csv", "id,picture,en\n1,a.png,a cat\n")
    assert "is the name of 2 pictures" in refusal(table.parent)


@pytest.mark.parametrize(
    ("vectors", "words"),
    [
        ([[1.0, np.nan], [1.0, 2.0]], "NaN or infinity (first in row 0 of 2)"),
        ([[1.0, np.inf], [1.0, 2.0]], "NaN or infinity"),
        ([[1.0, 1.0], [0.0, 0.0]], "vector 1 of"),
        ([1.0, 2.0], "one vector a row"),
        ([[1.0, 2.0]], "has 1 vectors, but the table has 2 rows"),
    ],
)
def test_bad_vectors_are_refused(
    write: Write, tmp_path: Path, vectors: list[object], words: str
) -> None:
    np.save(tmp_path / "v.npy", np.array(vectors))
    table = write("t.csv", "id,text,language\na,a cat,en\nb,개,ko\n")
    assert words in refusal(table, tmp_path / "v.npy")


def test_archives_of_arrays_are_refused_by_what_they_lack(tmp_path: Path) -> None:
    good = np.eye(3)
    for arrays, words in (
        ({"names": np.array(["a", "b"])}, "holds 0 arrays of vectors"),
        ({"one": good, "two": good}, "holds 2 arrays of vectors"),
        ({"one": good, "names": np.array(["a", "b"])}, "holds 2 names and 3 vectors"),
        ({"one": good, "names": np.array([{}, {}, {}], dtype=object)}, "no whole .npz"),
    ):
        np.savez(tmp_path / "v.npz", **arrays)  # type: ignore[arg-type]
        assert words in refusal(tmp_path / "v.npz")
    (tmp_path / "v.npz").write_bytes(b"no zip")
    assert "no whole .npz" in refusal(tmp_path / "v.npz")
    (tmp_path / "w.npy").write_bytes(b"no array")
    assert "no whole .npy" in refusal(tmp_path / "w.npy")


def test_a_vector_of_several_texts_and_two_vectors_of_one_are_refused(
    write: Write, tmp_path: Path
) -> None:
    np.save(tmp_path / "v.npy", np.eye(2))
    assert "one vector and 2 texts" in refusal(write("w.csv", GOOD), tmp_path / "v.npy")
    long = write("l.csv", "id,text,language\na,a cat,en\nb,a cat,en\n")
    assert "two different vectors, in rows 1 and 2" in refusal(long, tmp_path / "v.npy")


def test_tables_of_other_columns_are_refused_together(write: Write) -> None:
    sentence = refusal(write("a.csv", GOOD), write("b.csv", "id,en\nc,a cow\n"))
    assert "give files of the same columns" in sentence


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"none": ("text", "en")}, "there is no column 'none'"),
        ({"en": ("words", "")}, "use one of item, text"),
        ({"en": ("text", "xx9")}, "language is 'xx9'"),
        ({"en": ("item", "")}, "id and en are both the id of the item"),
        ({"en": ("text", "ko")}, "en and ko are both in 'ko'"),
        ({"en": ("text", "")}, "the language of 'en' is not told"),
        ({"en": ("ignore", ""), "ko": ("ignore", "")}, "holds text; say which one does"),
    ],
)
def test_a_mapping_that_makes_no_data_set_is_refused(
    write: Write, changes: dict[str, tuple[str, str]], words: str
) -> None:
    assert words in refusal(write("t.csv", GOOD), changes=changes)


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "a b", "x" * 65, "end."])
def test_a_name_that_is_no_folders_is_refused(write: Write, name: str) -> None:
    with pytest.raises(InputError, match="cannot be called"):
        create_workspace(name, [write("t.csv", GOOD)])


def test_what_is_looked_at_writes_nothing(write: Write, own_workspaces: Path) -> None:
    with inspected([write("t.csv", GOOD)]) as found:
        assert found.mapping is not None
    assert not own_workspaces.exists()
