"""Releases of captioned pictures: one reader over three ways of keeping captions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tomclip.core.errors import InputError
from tomclip.core.reading.characters import composed, is_blank
from tomclip.data.benchmarks.base import Caption, RetrievalBenchmark
from tomclip.data.benchmarks.info import BenchmarkInfo, Findings
from tomclip.data.pictures import (
    PictureFiles,
    as_stored,
    first_of,
    missing_folders,
    missing_names,
    require_pictures_there,
    unreadable_pictures,
)


@dataclass(frozen=True, slots=True)
class CaptionedPicture:
    """What a release says of one picture in one language."""

    picture_id: str
    texts: tuple[str, ...]


Rows = tuple[CaptionedPicture, ...]


@dataclass(frozen=True, slots=True)
class RetrievalFiles:
    """Reads a retrieval release.

    Attributes:
        caption_files: (directory, language) to the files that hold the language's captions.
        read_captions: (directory, language) to its captioned pictures, in the file's order.
        picture_path: (directory, picture id) to the picture's file.
        picture_folders: folders that the release keeps its pictures in.
        picture_source: where the pictures are found, for messages.
    """

    caption_files: Callable[[Path, str], tuple[Path, ...]]
    read_captions: Callable[[Path, str], Rows]
    picture_path: Callable[[Path, str], Path]
    picture_folders: tuple[str, ...]
    picture_source: str

    def missing_files(self, directory: Path, languages: Sequence[str]) -> tuple[str, ...]:
        """Returns the names, in `directory`, of caption files and picture folders not there."""
        captions = self._missing_captions(directory, languages)
        return captions + missing_folders(self.picture_folders, directory)

    def _missing_captions(self, directory: Path, languages: Sequence[str]) -> tuple[str, ...]:
        wanted = [path for code in languages for path in self.caption_files(directory, code)]
        return missing_names(list(dict.fromkeys(wanted)), directory)

    def load(
        self, info: BenchmarkInfo, directory: Path, languages: Sequence[str]
    ) -> RetrievalBenchmark:
        """Returns the pictures and every caption of `languages`.

        Raises:
            InputError: naming the first fault: a damaged caption file, an id that comes twice, a
                picture that is missing or that some language does not describe.
        """
        rows = {code: self.read_captions(directory, code) for code in languages}
        ids = tuple(row.picture_id for row in next(iter(rows.values())))
        paths = as_stored([self.picture_path(directory, picture_id) for picture_id in ids])
        require_pictures_there(paths, directory, self.picture_source)
        return RetrievalBenchmark(
            name=info.name,
            pictures=PictureFiles(paths, directory),
            picture_ids=ids,
            captions={
                code: _captions(code, of_language, ids) for code, of_language in rows.items()
            },
        )

    def examine(
        self, info: BenchmarkInfo, directory: Path, languages: Sequence[str], *, open_pictures: bool
    ) -> Findings:
        """Returns counts, faults and peculiarities of what is there."""
        rows, damaged = self._readable(directory, languages)
        ids = list(dict.fromkeys(row.picture_id for part in rows.values() for row in part))
        paths = as_stored([self.picture_path(directory, picture_id) for picture_id in ids])
        missing = missing_names(paths, directory)
        problems = [*damaged, *_number_problems(info, rows), *_agreement_problems(rows, ids)]
        if missing:
            problems.append(
                f"{len(missing)} of {len(ids)} pictures are missing: {first_of(missing)}; "
                f"get them from {self.picture_source}"
            )
        if open_pictures:
            problems += unreadable_pictures([path for path in paths if path.is_file()])
        captions = {f"captions {code}": _texts_in(part) for code, part in rows.items()}
        counts = {"pictures": len(ids) - len(missing), **captions}
        return Findings(counts, tuple(problems), tuple(_empty_notes(rows)))

    def _readable(
        self, directory: Path, languages: Sequence[str]
    ) -> tuple[dict[str, Rows], list[str]]:
        """Returns the rows of each language that can be read, and a sentence for each other."""
        rows: dict[str, Rows] = {}
        problems: dict[str, None] = {}
        for code in languages:
            if self._missing_captions(directory, [code]):
                continue
            try:
                rows[code] = self.read_captions(directory, code)
            except InputError as error:
                problems[str(error)] = None
        return rows, list(problems)


def distinct_rows(rows: Iterable[tuple[int, CaptionedPicture]], path: Path) -> Rows:
    """Returns the rows less their line numbers.

    Args:
        rows: (line number, row).
        path: the file, for the message.

    Raises:
        InputError: when a picture id comes twice, naming both lines.
    """
    lines: dict[str, int] = {}
    kept = []
    for line, row in rows:
        row = replace(row, picture_id=composed(row.picture_id))
        if row.picture_id in lines:
            raise InputError(
                f"{path} line {line}: the id {row.picture_id!r} came before in line "
                f"{lines[row.picture_id]}; keep each picture once"
            )
        lines[row.picture_id] = line
        kept.append(row)
    if not kept:
        raise InputError(f"{path} holds no captions; get the file again")
    return tuple(kept)


def _captions(code: str, rows: Rows, ids: tuple[str, ...]) -> tuple[Caption, ...]:
    place = {picture_id: row for row, picture_id in enumerate(ids)}
    in_order = sorted(rows, key=lambda row: place.get(row.picture_id, len(ids)))
    return tuple(
        Caption(f"{code}/{row.picture_id}/{number}", row.picture_id, text)
        for row in in_order
        for number, text in enumerate(row.texts)
    )


def _number_problems(info: BenchmarkInfo, rows: Mapping[str, Rows]) -> list[str]:
    return [
        f"the captions in {code!r} describe {len(part)} pictures where the release has "
        f"{info.pictures}; get the file again"
        for code, part in rows.items()
        if len(part) != info.pictures
    ]


def _agreement_problems(rows: Mapping[str, Rows], ids: Sequence[str]) -> list[str]:
    problems = []
    for code, part in rows.items():
        left_out = sorted(set(ids) - {row.picture_id for row in part})
        if left_out:
            problems.append(
                f"the captions in {code!r} leave out {len(left_out)} pictures that another "
                f"language describes: {first_of(left_out)}; use files of one release"
            )
    return problems


def _empty_notes(rows: Mapping[str, Rows]) -> list[str]:
    empty = {
        code: sum(is_blank(text) for row in part for text in row.texts)
        for code, part in rows.items()
    }
    return [
        f"{count} captions in {code!r} are empty; they are kept, as in the release"
        for code, count in empty.items()
        if count
    ]


def _texts_in(rows: Rows) -> int:
    return sum(len(row.texts) for row in rows)
