"""What the two kinds of benchmark refuse to be, and the catalogue's names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tomclip.core.errors import InputError
from tomclip.core.paths import cache_directory, data_directory
from tomclip.data import (
    BENCHMARKS,
    Caption,
    ClassificationBenchmark,
    RetrievalBenchmark,
    benchmark_state,
    check_benchmark,
    load_benchmark,
)

PICTURES = np.zeros((2, 4, 4, 3), np.uint8)
CLASSES = ClassificationBenchmark(
    "tiny", PICTURES, ("a", "b"), ("cat", "dog"), ("cat", "dog"), {"en": ("cat", "dog")}
)
CAPTIONS = RetrievalBenchmark(
    "tiny", PICTURES, ("a", "b"), {"en": (Caption("1", "a", "x"), Caption("2", "b", "y"))}
)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"picture_ids": ("a",)}, "1 ids came for 2 pictures"),
        ({"picture_ids": ("a", "a")}, "picture ids hold duplicate ids: a"),
        ({"picture_labels": ("cat",)}, "1 labels came for 2 pictures"),
        ({"picture_labels": ("cat", "cow")}, "labels of unknown classes: cow"),
        ({"class_ids": ("cat", "cat")}, "class ids hold duplicate ids: cat"),
        ({"class_names": {"en": ("cat",)}}, "1 names in 'en' came for 2 classes"),
    ],
)
def test_a_classification_that_does_not_fit_is_refused(
    change: dict[str, object], sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        replace(CLASSES, **change)


@pytest.mark.parametrize(
    ("captions", "sentence"),
    [
        ((Caption("1", "a", "x"), Caption("1", "b", "y")), "duplicate ids: 1"),
        ((Caption("1", "a", "x"), Caption("2", "c", "y")), "captions of unknown pictures: c"),
        ((Caption("1", "a", "x"),), "without a caption in 'en': b"),
    ],
)
def test_captions_that_do_not_fit_the_pictures_are_refused(
    captions: tuple[Caption, ...], sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        replace(CAPTIONS, captions={"en": captions})


def test_class_names_in_an_absent_language_are_refused() -> None:
    with pytest.raises(InputError, match="no class names in 'ko'; use one of en"):
        CLASSES.prompts("ko")


def test_an_unknown_benchmark_is_refused_with_the_known_ones() -> None:
    for ask in (load_benchmark, check_benchmark, benchmark_state):
        with pytest.raises(InputError, match="'imagenet'; use one of cifar100, xflickr_co"):
            ask("imagenet")


@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_folder_that_is_not_there_is_absent_and_not_an_error(name: str, tmp_path: Path) -> None:
    assert benchmark_state(name, tmp_path / "none") == "absent"
    check = check_benchmark(name, tmp_path / "none")
    assert check.missing
    assert not check.passed
    with pytest.raises(InputError, match=f"is not whole in .*tomclip data show {name}"):
        load_benchmark(name, tmp_path / "none")


def test_no_language_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no language was given; use some of de, en"):
        load_benchmark("xflickr_co", tmp_path, languages=())


def test_benchmarks_lie_in_the_cache_unless_a_folder_is_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TOMCLIP_DATA", str(tmp_path))
    assert data_directory() == tmp_path
    monkeypatch.delenv("TOMCLIP_DATA")
    assert data_directory() == cache_directory() / "data"
