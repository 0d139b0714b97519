"""Names of classes from a file of one's own: heads, matching, and what does not fit."""

from __future__ import annotations

import csv
import io
import logging
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tomclip.core.errors import InputError
from tomclip.core.languages import LANGUAGES, language
from tomclip.data import ClassificationBenchmark
from tomclip.data.benchmarks.cifar100 import CLASSES_FILE, cifar100_classes
from tomclip.data.benchmarks.label_lists import (
    read_labels,
    require_prompts,
    with_labels,
    with_prompts,
)
from tomclip.data.prompts import Prompts

CLASSES = ("apple", "aquarium_fish", "maple_tree", "t-shirt")


def benchmark(**names: tuple[str, ...]) -> ClassificationBenchmark:
    english = ("apple", "aquarium fish", "maple tree", "T-shirt")
    return ClassificationBenchmark(
        name="tiny",
        pictures=np.zeros((4, 2, 2, 3), np.uint8),
        picture_ids=("1", "2", "3", "4"),
        picture_labels=CLASSES,
        class_ids=CLASSES,
        class_names={"en": english, **names},
    )


def labelled(tmp_path: Path, text: str) -> ClassificationBenchmark:
    path = tmp_path / "labels.csv"
    path.write_text(text, encoding="utf-8")
    return with_labels(benchmark(), read_labels(path, "labels.csv"))


def test_heads_are_codes_tags_or_names(tmp_path: Path) -> None:
    path = tmp_path / "labels.tsv"
    path.write_text("KO\tzh-CN\tFrench\t日本語\tChinese Taipei\n", encoding="utf-8")
    with pytest.raises(InputError, match="has no rows"):
        read_labels(path)
    path.write_text("KO\tzh-CN\tFrench\t日本語\tSpanish (Spain)\n" + "a\tb\tc\td\te\n")
    assert read_labels(path).languages == ("ko", "zh", "fr", "ja", "es")


def test_rows_are_matched_by_a_column_of_classes_in_any_order(tmp_path: Path) -> None:
    found = labelled(
        tmp_path, "class,ko\nt-shirt,티셔츠\napple,사과\nmaple_tree,단풍\naquarium_fish,물고기\n"
    )
    assert found.class_names == {"ko": ("사과", "물고기", "단풍", "티셔츠")}


def test_rows_are_matched_by_english_names_whatever_their_capitals(tmp_path: Path) -> None:
    found = labelled(
        tmp_path, "English,German\nMaple Tree,Ahorn\nT Shirt,Hemd\nApple,Apfel\nAquarium-Fish,F\n"
    )
    assert found.class_names["de"] == ("Apfel", "F", "Ahorn", "Hemd")
    assert found.class_names["en"] == ("Apple", "Aquarium-Fish", "Maple Tree", "T Shirt")


def test_row_numbers_of_pandas_are_passed_over(tmp_path: Path) -> None:
    found = labelled(tmp_path, ",ko\n0,a\n1,b\n2,c\n3,d\n")
    assert found.class_names == {"ko": ("a", "b", "c", "d")}


def test_an_unnamed_column_of_words_is_that_of_the_classes(tmp_path: Path) -> None:
    found = labelled(tmp_path, ",ko\nmaple_tree,c\napple,a\nt-shirt,d\naquarium_fish,b\n")
    assert found.class_names == {"ko": ("a", "b", "c", "d")}


def test_better_english_names_in_the_benchmarks_order_are_taken(tmp_path: Path) -> None:
    found = labelled(tmp_path, "en,ko\napple,a\ngoldfish,b\nmaple tree,c\nt-shirt,d\n")
    assert found.class_names["en"] == ("apple", "goldfish", "maple tree", "t-shirt")


def test_what_does_not_match_is_counted(tmp_path: Path) -> None:
    sentence = (
        r"labels\.csv does not fit tiny: rows that match no class: 1 of 3 \(pear\), classes with "
        r"several rows: 1 \(apple\), classes without a row: 3 of 4 \(aquarium_fish, .*\); write"
    )
    with pytest.raises(InputError, match=sentence):
        labelled(tmp_path, "en,ko\napple,a\napple,b\npear,c\n")


def test_order_is_not_trusted_where_a_match_contradicts_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not fit"):
        labelled(tmp_path, "en,ko\naquarium fish,a\napple,b\nacer,c\nshirt,d\n")


def test_without_english_the_rows_are_counted(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has 3 rows for the 4 classes of tiny and neither"):
        labelled(tmp_path, "ko\na\nb\nc\n")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("en,Klingon\na,b\n", "1 of 2 heads is no language known here \\('Klingon'\\)"),
        ("ko,Korean\na,b\n", "two columns in ko, 'ko' and 'Korean'"),
        ("class\napple\n", "no column of a language"),
        ("class,label,en\na,b,c\n", "2 columns of classes"),
        ("en,en\na,b\n", "more than one column 'en'"),
        ("en;ko\na;b\n", "separated by semicolons"),
        (f"en\n{'x' * 301}\n", "longer than 300"),
        ('en,ko\n"a\nb",c\n', "longer than 300 characters, or than a line"),
    ],
)
def test_a_file_that_is_no_list_is_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=sentence) as refused:
        read_labels(path, "bad.csv")
    assert str(tmp_path) not in str(refused.value)


def test_another_kind_of_file_and_another_encoding_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no \.csv or \.tsv file"):
        read_labels(tmp_path / "labels.xlsx")
    path = tmp_path / "labels.csv"
    path.write_bytes("ko\n사과\n".encode("cp949"))
    with pytest.raises(InputError, match="is not UTF-8"):
        read_labels(path)


def test_a_language_without_a_prompt_needs_one(tmp_path: Path) -> None:
    arabic = labelled(tmp_path, "ar\na\nb\nc\nd\n")
    with pytest.raises(InputError, match="names classes in ar, of which no prompt is known"):
        require_prompts(arabic, "labels.csv")
    require_prompts(arabic, "labels.csv", ["en"])
    asked = with_prompts(arabic, Prompts.of({"ar": ["صورة {}", "{}"]}))
    require_prompts(asked, "labels.csv")
    assert asked.wordings("ar") == (("صورة a", "صورة b", "صورة c", "صورة d"), ("a", "b", "c", "d"))


def test_equal_names_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        labelled(tmp_path, "ko\na\na\nb\nc\n")
    assert "in ko 1 names stand for several classes each (a)" in caplog.text


def test_the_list_that_ships_fits_its_own_benchmark() -> None:
    classes = cifar100_classes()
    own = ClassificationBenchmark(
        name="cifar100",
        pictures=np.zeros((1, 2, 2, 3), np.uint8),
        picture_ids=("1",),
        picture_labels=("apple",),
        class_ids=classes["class"],
        class_names={"en": classes["en"]},
    )
    found = with_labels(own, read_labels(CLASSES_FILE))
    assert found.class_names == {code: classes[code] for code in LANGUAGES}


@given(data=st.data())
def test_any_spelling_and_order_gives_the_same_names(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    codes = data.draw(st.lists(st.sampled_from(LANGUAGES), min_size=1, unique=True))
    heads = [data.draw(st.sampled_from(_spellings(code))) for code in codes]
    order = data.draw(st.permutations(range(4)))
    text = st.text(st.characters(categories=["L"]), min_size=1, max_size=8)
    names = [tuple(data.draw(text) for _ in codes) for _ in CLASSES]
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(["class", *heads])
    writer.writerows([CLASSES[row], *names[row]] for row in order)
    path = tmp_path_factory.mktemp("labels") / "labels.csv"
    path.write_text(stream.getvalue(), encoding="utf-8")
    found = with_labels(benchmark(), read_labels(path))
    expected = {code: tuple(row[place] for row in names) for place, code in enumerate(codes)}
    assert found.class_names == expected


def _spellings(code: str) -> list[str]:
    row = language(code)
    return [code, code.upper(), row.name, row.name.upper(), row.endonym, f"{row.name} (any)"]
