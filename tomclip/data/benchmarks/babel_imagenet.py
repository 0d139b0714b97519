"""Babel-ImageNet: ImageNet's validation pictures under class names that BabelNet knows."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tomclip.core.errors import InputError
from tomclip.core.languages import LANGUAGES
from tomclip.core.reading.json_text import read_json
from tomclip.core.reading.pictures import is_hidden, visible
from tomclip.data.benchmarks.base import ClassificationBenchmark
from tomclip.data.benchmarks.info import BenchmarkInfo, Findings, Source
from tomclip.data.pictures import PictureFiles, missing_folders, missing_names, unreadable_pictures

LABELS = "babel_imagenet.json"
PICTURES = "val"
_LOGGER = logging.getLogger(__name__)
SUFFIXES = (".jpeg", ".jpg", ".png")


@dataclass(frozen=True, slots=True)
class BabelImageNetFiles:
    """Reads the label file and a folder of validation pictures, one subfolder per WordNet id.

    Attributes:
        classes: how many classes ImageNet has; the label file counts them by sorted WordNet id.
    """

    classes: int = 1000

    def missing_files(self, directory: Path, languages: Sequence[str]) -> tuple[str, ...]:
        """Returns "babel_imagenet.json" and "val/", those of them that are not there."""
        labels = missing_names([directory / LABELS], directory)
        return labels + missing_folders([PICTURES], directory)

    def load(
        self, info: BenchmarkInfo, directory: Path, languages: Sequence[str]
    ) -> ClassificationBenchmark:
        """Returns all validation pictures and, per language, the names of the classes it names.

        Raises:
            InputError: when the label file lacks a language or counts beyond the classes, or the
                folder has not one subfolder per class.
        """
        folders = self._class_folders(directory)
        labels = _read_labels(directory / LABELS)
        paths = [path for folder in folders for path in _pictures_in(folder)]
        if hidden := _hidden_in(folders):
            _LOGGER.warning("%s: %s", directory / PICTURES, hidden)
        return ClassificationBenchmark(
            name=info.name,
            pictures=PictureFiles(paths, directory),
            picture_ids=tuple(f"{path.parent.name}/{path.stem}" for path in paths),
            picture_labels=tuple(path.parent.name for path in paths),
            class_ids=tuple(folder.name for folder in folders),
            class_names={code: self._names(labels, code, directory) for code in languages},
        )

    def examine(
        self, info: BenchmarkInfo, directory: Path, languages: Sequence[str], *, open_pictures: bool
    ) -> Findings:
        """Returns counts and faults of the label file and the folder, each looked at alone."""
        missing = self.missing_files(directory, languages)
        counts: dict[str, int] = {}
        problems = []
        for part, count in ((LABELS, self._count_names), (f"{PICTURES}/", self._count_pictures)):
            if part not in missing:
                try:
                    counts |= count(directory, languages)
                except InputError as error:
                    problems.append(str(error))
        found = counts.get("pictures", info.pictures)
        if found != info.pictures:
            problems.append(
                f"{directory / PICTURES} holds {found} pictures where the release has "
                f"{info.pictures}; unpack the validation pictures again"
            )
        folders = visible((directory / PICTURES).glob("*/"))
        if open_pictures:
            problems += unreadable_pictures(
                [path for folder in folders for path in _pictures_in(folder)]
            )
        hidden = _hidden_in(folders)
        return Findings(counts, tuple(problems), (hidden,) if hidden else ())

    def _class_folders(self, directory: Path) -> list[Path]:
        folders = visible(path for path in (directory / PICTURES).iterdir() if path.is_dir())
        if len(folders) != self.classes:
            raise InputError(
                f"{directory / PICTURES} has {len(folders)} class folders where ImageNet has "
                f"{self.classes}; sort the validation pictures into one folder per WordNet id"
            )
        return folders

    def _names(
        self, labels: Mapping[str, tuple[list[int], list[str]]], code: str, directory: Path
    ) -> tuple[str, ...]:
        if code not in labels:
            raise InputError(
                f"{directory / LABELS} names no classes in {code!r}; use one of "
                f"{', '.join(sorted(labels))}"
            )
        rows, names = labels[code]
        if any(not 0 <= row < self.classes for row in rows) or len(set(rows)) != len(rows):
            raise InputError(
                f"{directory / LABELS} counts classes in {code!r} beyond {self.classes - 1} or "
                "twice; get the file again"
            )
        by_row = dict(zip(rows, names, strict=True))
        return tuple(by_row.get(row, "") for row in range(self.classes))

    def _count_names(self, directory: Path, languages: Sequence[str]) -> dict[str, int]:
        labels = _read_labels(directory / LABELS)
        return {
            f"classes named in {code}": sum(map(bool, self._names(labels, code, directory)))
            for code in languages
        }

    def _count_pictures(self, directory: Path, languages: Sequence[str]) -> dict[str, int]:
        folders = self._class_folders(directory)
        return {
            "pictures": sum(len(_pictures_in(folder)) for folder in folders),
            "classes": len(folders),
        }


def _read_labels(path: Path) -> dict[str, tuple[list[int], list[str]]]:
    """Returns by language code (lower case) the rows of its classes and their names."""
    table = read_json(path)
    entries = table.items() if isinstance(table, dict) else ()
    labels = {code.lower(): tuple(entry) for code, entry in entries if _is_entry(entry)}
    if not labels or len(labels) != len(entries):
        raise InputError(
            f"{path} does not give [class numbers, class names] for every language; get it again"
        )
    return labels  # type: ignore[return-value]


def _is_entry(entry: object) -> bool:
    """Tells whether this is [class numbers, class names], as many of one as of the other."""
    if not isinstance(entry, list) or len(entry) != 2:
        return False
    rows, names = entry
    return (
        isinstance(rows, list)
        and isinstance(names, list)
        and len(rows) == len(names)
        and all(isinstance(row, int) for row in rows)
        and all(isinstance(name, str) and name for name in names)
    )


def _pictures_in(folder: Path) -> list[Path]:
    return visible(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)


def _hidden_in(folders: Sequence[Path]) -> str | None:
    """Returns in words how many hidden files lie in the folders; None when there are none."""
    count = sum(is_hidden(path) for folder in folders for path in folder.iterdir())
    return f"{count} hidden files, such as ._NAME, are skipped" if count else None


BABEL_IMAGENET = BenchmarkInfo(
    name="babel_imagenet",
    title="Babel-ImageNet",
    kind="classification",
    languages=LANGUAGES,
    pictures=50_000,
    sources=(
        Source(
            LABELS,
            "class numbers and names by language (data/babel_imagenet.json of the repository)",
            "https://github.com/gregor-ge/Babel-ImageNet",
            "BabelNet's licence, non-commercial",
        ),
        Source(
            f"{PICTURES}/",
            "ImageNet's validation pictures of 2012, one folder per WordNet id",
            "https://www.image-net.org/download.php",
            "research and education only, on request",
        ),
    ),
    paper="Geigle, Timofte, Glavaš 2023, Babel-ImageNet",
    reader=BabelImageNetFiles(),
)
