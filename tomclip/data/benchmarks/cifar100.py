"""CIFAR-100: 10,000 test pictures of 100 classes, named here in 13 languages."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.languages import LANGUAGES
from tomclip.data.benchmarks.base import ClassificationBenchmark
from tomclip.data.benchmarks.info import BenchmarkInfo, Findings, Source
from tomclip.data.benchmarks.plain_pickle import read_plain_pickle
from tomclip.data.pictures import missing_names

FOLDER = "cifar-100-python"
CLASSES_FILE = Path(__file__).parent / "cifar100_classes.csv"
SIDE = 32


@lru_cache(maxsize=1)
def cifar100_classes() -> Mapping[str, tuple[str, ...]]:
    """Returns the 100 classes by column: "class" (official ids, in order) and 13 language codes."""
    with CLASSES_FILE.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return MappingProxyType({name: tuple(row[name] for row in rows) for name in rows[0]})


@dataclass(frozen=True, slots=True)
class Cifar100Files:
    """Reads the official Python pickles, `test` and `meta`, checked by MD5 before they are opened.

    Attributes:
        checksums: MD5 by file name, 32 hexadecimal digits.
    """

    checksums: Mapping[str, str]

    def missing_files(self, directory: Path, languages: Sequence[str]) -> tuple[str, ...]:
        """Returns the names, relative to `directory`, of the pickles that are not there."""
        return missing_names([directory / FOLDER / name for name in self.checksums], directory)

    def load(
        self, info: BenchmarkInfo, directory: Path, languages: Sequence[str]
    ) -> ClassificationBenchmark:
        """Returns the test pictures with their labels and the class names in `languages`.

        Raises:
            InputError: when a file is not the official one or does not hold what it should.
        """
        for name in self.checksums:
            self._require_official(directory / FOLDER / name)
        classes = cifar100_classes()
        _require_classes(directory / FOLDER / "meta", classes["class"])
        pictures, rows = _read_test(directory / FOLDER / "test")
        return ClassificationBenchmark(
            name=info.name,
            pictures=pictures,
            picture_ids=tuple(f"test_{row:05d}" for row in range(len(pictures))),
            picture_labels=tuple(classes["class"][row] for row in rows),
            class_ids=classes["class"],
            class_names={code: classes[code] for code in languages},
        )

    def examine(
        self, info: BenchmarkInfo, directory: Path, languages: Sequence[str], *, open_pictures: bool
    ) -> Findings:
        """Returns counts and faults of the pickles that are there."""
        problems = []
        for name in self.checksums:
            try:
                self._require_official(directory / FOLDER / name)
            except InputError as error:
                problems.append(str(error))
        if problems:
            return Findings(problems=tuple(problems))
        try:
            benchmark = self.load(info, directory, languages)
        except InputError as error:
            return Findings(problems=(str(error),))
        per_class = np.unique(benchmark.picture_labels, return_counts=True)[1]
        counts = {
            "pictures": len(benchmark),
            "classes": len(benchmark.class_ids),
            "pictures in the smallest class": int(per_class.min()),
        }
        return Findings(counts)

    def _require_official(self, path: Path) -> None:
        if not path.is_file():
            raise InputError(f"{path} is missing; unpack cifar-100-python.tar.gz there")
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "md5").hexdigest()
        if found != self.checksums[path.name]:
            raise InputError(
                f"{path} is not the official file (MD5 {found}, not {self.checksums[path.name]}); "
                "unpack cifar-100-python.tar.gz again"
            )


def _require_classes(path: Path, expected: tuple[str, ...]) -> None:
    found = _column(read_plain_pickle(path), "fine_label_names", path)
    if tuple(found) != expected:
        raise InputError(f"{path} lists other classes than CIFAR-100's 100; unpack it again")


def _read_test(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Returns pictures (n, 32, 32, 3) uint8 and class rows (n,), each in [0, 100)."""
    table = read_plain_pickle(path)
    pixels = np.asarray(_column(table, "data", path))
    rows = np.asarray(_column(table, "fine_labels", path))
    if pixels.dtype != np.uint8 or pixels.ndim != 2 or pixels.shape[1] != 3 * SIDE * SIDE:
        raise InputError(
            f"{path} holds {pixels.dtype} of shape {pixels.shape}; uint8 (n, {3 * SIDE * SIDE}) is "
            "needed: unpack it again"
        )
    if rows.shape != (len(pixels),) or not np.isin(rows, np.arange(100)).all():
        raise InputError(f"{path} has no label from 0 to 99 for every picture; unpack it again")
    pictures = np.ascontiguousarray(pixels.reshape(-1, 3, SIDE, SIDE).transpose(0, 2, 3, 1))
    pictures.setflags(write=False)
    return pictures, rows


def _column(table: Mapping[str, Any], name: str, path: Path) -> Any:
    if name not in table:
        raise InputError(
            f"{path} has no column {name!r} (it has {', '.join(map(str, table)) or 'none'}); "
            "unpack cifar-100-python.tar.gz again"
        )
    return table[name]


CIFAR100 = BenchmarkInfo(
    name="cifar100",
    title="CIFAR-100",
    kind="classification",
    languages=LANGUAGES,
    pictures=10_000,
    sources=(
        Source(
            f"{FOLDER}/{{test,meta}}",
            "the Python version, cifar-100-python.tar.gz, unpacked",
            "https://www.cs.toronto.edu/~kriz/cifar.html",
            "no licence stated; the authors ask for a citation",
        ),
    ),
    paper="Krizhevsky 2009, Learning Multiple Layers of Features from Tiny Images",
    reader=Cifar100Files(
        {"test": "f0ef6b0ae62326f3e7ffdfab6717acfc", "meta": "7973b15100ade9c7d40fb424638fde48"}
    ),
)
