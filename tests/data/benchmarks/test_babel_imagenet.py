"""Babel-ImageNet: the label file and the validation folder, together and each alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.tiny_benchmarks import WORDNET_IDS, tiny_benchmark

from tomclip.core.errors import InputError
from tomclip.data import ClassificationBenchmark, check_benchmark, load_benchmark


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    return tiny_benchmark(monkeypatch, "babel_imagenet", tmp_path / "babel")


def loaded(folder: Path, languages: tuple[str, ...] | None = None) -> ClassificationBenchmark:
    benchmark = load_benchmark("babel_imagenet", folder, languages=languages)
    assert isinstance(benchmark, ClassificationBenchmark)
    return benchmark


def change_labels(folder: Path, **languages: Any) -> None:
    path = folder / "babel_imagenet.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **languages}), encoding="utf-8")


def test_classes_are_counted_by_sorted_wordnet_id(folder: Path) -> None:
    benchmark = loaded(folder)
    assert benchmark.class_ids == WORDNET_IDS
    assert benchmark.picture_labels == tuple(np.repeat(WORDNET_IDS, 2))
    assert benchmark.picture_ids[2] == "n01443537/ILSVRC2012_val_00000002"
    assert benchmark.class_names["ko"] == ("KO tench", "KO goldfish", "KO shark")


def test_a_language_may_name_some_of_the_classes(folder: Path) -> None:
    benchmark = loaded(folder)
    assert benchmark.class_names["de"] == ("Schleie", "", "Hai")
    np.testing.assert_array_equal(benchmark.named_classes("de"), [0, 2])
    assert benchmark.prompts("de") == (
        "ein Foto von einem/einer Schleie",
        "ein Foto von einem/einer Hai",
    )


def test_the_label_file_alone_is_refused_naming_the_pictures(folder: Path) -> None:
    (folder / "val").rename(folder / "elsewhere")
    with pytest.raises(InputError, match="val/ is missing"):
        loaded(folder)
    assert check_benchmark("babel_imagenet", folder).missing == ("val/",)


def test_the_pictures_alone_are_refused_naming_the_label_file(folder: Path) -> None:
    (folder / "babel_imagenet.json").unlink()
    with pytest.raises(InputError, match=r"babel_imagenet\.json is missing"):
        loaded(folder)
    assert check_benchmark("babel_imagenet", folder).missing == ("babel_imagenet.json",)


def test_a_language_without_a_prompt_is_refused_though_it_has_labels(folder: Path) -> None:
    change_labels(folder, FI=[[0], ["suutari"]])
    with pytest.raises(InputError, match=r"Finnish \(fi\) has no image prompt"):
        loaded(folder, ("en", "fi"))


def test_a_language_that_the_label_file_lacks_is_named(folder: Path) -> None:
    path = folder / "babel_imagenet.json"
    labels = json.loads(path.read_text())
    del labels["TR"]
    path.write_text(json.dumps(labels), encoding="utf-8")
    with pytest.raises(InputError, match="names no classes in 'tr'; use one of af, da"):
        loaded(folder)
    assert "'tr'" in check_benchmark("babel_imagenet", folder).findings.problems[0]


@pytest.mark.parametrize("rows", [[0, 3], [1, 1], [-1, 0]])
def test_class_numbers_out_of_range_or_twice_are_refused(folder: Path, rows: list[int]) -> None:
    change_labels(folder, EN=[rows, ["one", "other"]])
    with pytest.raises(InputError, match="counts classes in 'en' beyond 2 or twice"):
        loaded(folder)


@pytest.mark.parametrize("entry", [["tench"], [[0], ["tench", "goldfish"]], [["0"], ["tench"]]])
def test_an_entry_of_another_form_is_refused(folder: Path, entry: list[Any]) -> None:
    change_labels(folder, EN=entry)
    with pytest.raises(InputError, match=r"does not give \[class numbers, class names\]"):
        loaded(folder)


def test_a_label_file_that_was_cut_off_is_refused(folder: Path) -> None:
    path = folder / "babel_imagenet.json"
    path.write_text(path.read_text()[:-30], encoding="utf-8")
    with pytest.raises(InputError, match=r"is damaged: it is not JSON \(.*\); get it again"):
        loaded(folder)


def test_pictures_that_are_not_sorted_into_classes_are_refused(folder: Path) -> None:
    (folder / "val" / "n99999999").mkdir()
    with pytest.raises(InputError, match="has 4 class folders where ImageNet has 3"):
        loaded(folder)


def test_a_missing_picture_shows_in_the_number(folder: Path) -> None:
    next(folder.rglob("*.JPEG")).unlink()
    with pytest.raises(InputError, match=r"has 6 pictures and .* holds 5"):
        loaded(folder)
    assert "holds 5 pictures" in check_benchmark("babel_imagenet", folder).findings.problems[0]


def test_a_check_looks_at_each_part_alone(folder: Path) -> None:
    (folder / "babel_imagenet.json").rename(folder / "labels")
    next(folder.rglob("*.JPEG")).write_bytes(b"no picture")
    check = check_benchmark("babel_imagenet", folder, open_pictures=True)
    assert check.findings.counts == {"pictures": 6, "classes": 3}
    assert "cannot be read as a picture" in check.findings.problems[0]
    (folder / "labels").rename(folder / "babel_imagenet.json")
    (folder / "val").rename(folder / "elsewhere")
    assert check_benchmark("babel_imagenet", folder).findings.counts["classes named in de"] == 2


def test_hidden_files_are_skipped_and_counted(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    expected = loaded(folder).picture_ids
    picture = next(folder.rglob("*.JPEG"))
    picture.with_name(f"._{picture.name}").write_bytes(b"no picture")
    (picture.parent / ".DS_Store").touch()
    (folder / "val" / ".cache").mkdir()
    assert loaded(folder).picture_ids == expected
    assert "2 hidden files, such as ._NAME, are skipped" in caplog.text
    check = check_benchmark("babel_imagenet", folder, open_pictures=True)
    assert check.passed
    assert check.findings.notes == ("2 hidden files, such as ._NAME, are skipped",)
