"""Crossmodal-3600: 3,600 pictures from around the world, described by hand in 36 languages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from tomclip.core.errors import InputError
from tomclip.core.reading.json_lines import column, read_records, texts_of
from tomclip.data.benchmarks.captioned_pictures import (
    CaptionedPicture,
    RetrievalFiles,
    Rows,
    distinct_rows,
)
from tomclip.data.benchmarks.info import BenchmarkInfo, Source


def caption_files(directory: Path, language: str) -> tuple[Path, ...]:
    """Returns the one file that holds the captions of every language."""
    return (directory / "captions.jsonl",)


def read_captions(directory: Path, language: str) -> Rows:
    """Returns the captioned pictures of one language; a picture's id is its `image/key`.

    Raises:
        InputError: when the file lacks a column, is not UTF-8 or names a picture twice.
    """
    (path,) = caption_files(directory, language)
    rows = (
        (line, CaptionedPicture(key, _texts(columns, language, path, line)))
        for line, key, columns in _records(path, path.stat().st_mtime_ns)
    )
    return distinct_rows(rows, path)


def picture_path(directory: Path, picture_id: str) -> Path:
    """Returns `images/<image/key>.jpg`."""
    return directory / "images" / f"{picture_id}.jpg"


@lru_cache(maxsize=1)
def _records(path: Path, modified: int) -> list[tuple[int, str, Mapping[str, Any]]]:
    """Returns (line, picture, captions by language): parsed once for all the languages."""
    return [
        (
            line,
            str(column(record, "image/key", path, line)),
            {
                name: value["caption"]
                for name, value in record.items()
                if isinstance(value, dict) and "caption" in value
            },
        )
        for line, record in read_records(path)
    ]


def _texts(columns: Mapping[str, Any], language: str, path: Path, line: int) -> tuple[str, ...]:
    if language not in columns:
        raise InputError(
            f"{path} line {line} has no captions in column {language!r}; use the release's own file"
        )
    return texts_of(columns[language], f"'caption' in {language!r}", path, line)


CROSSMODAL_3600 = BenchmarkInfo(
    name="crossmodal_3600",
    title="Crossmodal-3600",
    kind="retrieval",
    languages=(
        "ar",
        "bn",
        "cs",
        "da",
        "de",
        "el",
        "en",
        "es",
        "fa",
        "fi",
        "fil",
        "fr",
        "he",
        "hi",
        "hr",
        "hu",
        "id",
        "it",
        "ja",
        "ko",
        "mi",
        "nl",
        "no",
        "pl",
        "pt",
        "quz",
        "ro",
        "ru",
        "sv",
        "sw",
        "te",
        "th",
        "tr",
        "uk",
        "vi",
        "zh",
    ),
    pictures=3600,
    sources=(
        Source(
            "captions.jsonl",
            "captions of all languages (captions.zip)",
            "https://google.github.io/crossmodal-3600/",
            "CC BY 4.0",
        ),
        Source(
            "images/",
            "the pictures, <image/key>.jpg (images.tgz)",
            "https://google.github.io/crossmodal-3600/",
            "CC BY 2.0, by the photographers of Open Images",
        ),
    ),
    paper="Thapliyal et al. 2022, Crossmodal-3600",
    reader=RetrievalFiles(
        caption_files=caption_files,
        read_captions=read_captions,
        picture_path=picture_path,
        picture_folders=("images",),
        picture_source="the release's images.tgz (images/)",
    ),
)
