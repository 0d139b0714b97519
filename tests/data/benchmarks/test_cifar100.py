"""CIFAR-100: class names in 13 languages, and the official pickles."""

from __future__ import annotations

import pickle
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from support.tiny_benchmarks import (
    PICTURES,
    expect_tiny,
    python_2_pickle,
    tiny_benchmark,
)

from tomclip.core.errors import InputError
from tomclip.core.languages import LANGUAGES
from tomclip.data import ClassificationBenchmark, check_benchmark, load_benchmark
from tomclip.data.benchmarks.cifar100 import CIFAR100, FOLDER, Cifar100Files, cifar100_classes
from tomclip.data.benchmarks.plain_pickle import read_plain_pickle

SCRIPTS = {"ko": "HANGUL", "ru": "CYRILLIC", "zh": "CJK"}
JAPANESE = ("CJK", "HIRAGANA", "KATAKANA")


def scripts_of(name: str) -> set[str]:
    return {
        unicodedata.name(letter).split()[0].split("-")[0] for letter in name if letter.isalpha()
    }


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    return tiny_benchmark(monkeypatch, "cifar100", tmp_path / "cifar100")


def loaded(folder: Path) -> ClassificationBenchmark:
    benchmark = load_benchmark("cifar100", folder)
    assert isinstance(benchmark, ClassificationBenchmark)
    return benchmark


def test_there_are_100_classes_in_the_official_alphabetical_order() -> None:
    classes = cifar100_classes()
    assert tuple(classes) == ("class", *LANGUAGES)
    assert all(len(names) == 100 for names in classes.values())
    assert list(classes["class"]) == sorted(classes["class"])
    assert classes["class"][0] == "apple"
    assert classes["class"][40:42] == ("lamp", "lawn_mower")
    assert classes["class"][-1] == "worm"


def test_english_names_are_the_official_ones_with_spaces() -> None:
    classes = cifar100_classes()
    assert classes["en"] == tuple(name.replace("_", " ") for name in classes["class"])


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_two_classes_share_a_name(code: str) -> None:
    names = [name.casefold() for name in cifar100_classes()[code]]
    assert all(name == name.strip() and name for name in names)
    assert len(set(names)) == 100


@pytest.mark.parametrize("code", SCRIPTS)
def test_names_stand_in_the_languages_script(code: str) -> None:
    for name in cifar100_classes()[code]:
        assert scripts_of(name) == {SCRIPTS[code]}, name


def test_japanese_names_stand_in_kanji_and_kana() -> None:
    for name in cifar100_classes()["ja"]:
        assert scripts_of(name) <= set(JAPANESE), name


@pytest.mark.parametrize("code", ["fr", "es", "it", "da", "pl", "tr", "de"])
def test_other_names_stand_in_latin_letters(code: str) -> None:
    for name in cifar100_classes()[code]:
        assert scripts_of(name) == {"LATIN"}, name


def test_the_pickles_give_pictures_labels_and_prompts(folder: Path) -> None:
    benchmark = loaded(folder)
    assert isinstance(benchmark.pictures, np.ndarray)
    assert benchmark.pictures.shape == (PICTURES["cifar100"], 32, 32, 3)
    planes = np.random.default_rng(0).integers(0, 256, (20, 3072), dtype=np.uint8)[7]
    np.testing.assert_array_equal(benchmark.pictures[7, 2, 5], planes[[69, 1093, 2117]])
    assert benchmark.picture_labels[:2] == ("apple", "aquarium_fish")
    assert benchmark.prompts("en")[0] == "a photo of a apple"
    assert len(benchmark.prompts("ja")) == 100


def test_the_checksums_are_those_that_torchvision_knows() -> None:
    from torchvision.datasets import CIFAR100 as Published

    known = dict([*Published.test_list, [Published.meta["filename"], Published.meta["md5"]]])
    assert isinstance(CIFAR100.reader, Cifar100Files)
    assert known == CIFAR100.reader.checksums


def test_an_altered_pickle_is_refused_before_it_is_opened(folder: Path) -> None:
    path = folder / FOLDER / "test"
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(InputError, match=r"test is not the official file \(MD5 .*unpack"):
        loaded(folder)
    assert "is not the official file" in check_benchmark("cifar100", folder).findings.problems[0]


def test_a_missing_pickle_is_named(folder: Path) -> None:
    (folder / FOLDER / "meta").unlink()
    with pytest.raises(InputError, match=r"cifar-100-python/meta is missing.*tomclip data show"):
        loaded(folder)
    assert check_benchmark("cifar100", folder).missing == ("cifar-100-python/meta",)


def test_part_of_the_test_pictures_is_not_passed_off_as_all(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expect_tiny(monkeypatch, "cifar100", folder, pictures=10_000)
    with pytest.raises(InputError, match=r"CIFAR-100 has 10000 pictures and .* holds 20"):
        loaded(folder)


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"data": np.zeros((2, 3072), np.uint8)}, "has no column 'fine_labels'"),
        ({"data": np.zeros((2, 9), np.uint8), "fine_labels": [0, 1]}, r"uint8 of shape \(2, 9\)"),
        ({"data": np.zeros((2, 3072), np.uint8), "fine_labels": [0, 100]}, "from 0 to 99"),
    ],
)
def test_a_pickle_of_other_columns_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, columns: dict[str, object], sentence: str
) -> None:
    (folder / FOLDER / "test").write_bytes(python_2_pickle(columns))
    expect_tiny(monkeypatch, "cifar100", folder)
    with pytest.raises(InputError, match=sentence):
        loaded(folder)


def test_classes_in_another_order_are_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = list(reversed(cifar100_classes()["class"]))
    (folder / FOLDER / "meta").write_bytes(python_2_pickle({"fine_label_names": names}))
    expect_tiny(monkeypatch, "cifar100", folder)
    with pytest.raises(InputError, match="lists other classes than CIFAR-100's 100"):
        loaded(folder)


class Malice:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (Path.touch, (Path("ran"),))  # type: ignore[return-value]


def test_a_pickle_runs_no_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "test").write_bytes(pickle.dumps({"data": Malice()}))
    with pytest.raises(InputError, match="no pickle of plain data"):
        read_plain_pickle(tmp_path / "test")
    assert not (tmp_path / "ran").exists()


def test_a_pickle_calls_no_codec_but_latin_1(tmp_path: Path) -> None:
    (tmp_path / "test").write_bytes(
        pickle.dumps({"a": b"x"}, protocol=2).replace(b"latin1", b"rot_13")
    )
    with pytest.raises(InputError, match="it encodes text as rot_13"):
        read_plain_pickle(tmp_path / "test")


def test_arrays_that_this_numpy_pickled_are_read(tmp_path: Path) -> None:
    values = {"data": np.arange(6, dtype=np.uint8), "name": b"bytes"}
    (tmp_path / "test").write_bytes(pickle.dumps(values, protocol=2))
    table = read_plain_pickle(tmp_path / "test")
    np.testing.assert_array_equal(table["data"], values["data"])
    assert table["name"] == b"bytes"
