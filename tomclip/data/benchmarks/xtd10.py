"""XTD10: 1,000 pictures of COCO, each with one caption in each of 11 languages."""

from __future__ import annotations

from pathlib import Path

from tomclip.core.errors import InputError
from tomclip.core.reading.text import read_lines
from tomclip.data.benchmarks.captioned_pictures import (
    CaptionedPicture,
    RetrievalFiles,
    Rows,
    distinct_rows,
)
from tomclip.data.benchmarks.info import BenchmarkInfo, Source

FOLDERS = ("XTD10", "MIC", "STAIR", ".")
PICTURE_NAMES = "test_image_names.txt"
HOME_FOLDER = {"de": "MIC", "en": "MIC", "fr": "MIC", "ja": "STAIR"}
FILE_CODE = {"ja": "jp"}


def caption_files(directory: Path, language: str) -> tuple[Path, ...]:
    """Returns the list of pictures and the language's captions.

    Each is looked for in the release's three folders and beside them; one that is nowhere is
    returned where the release keeps it.
    """
    captions = f"test_1kcaptions_{FILE_CODE.get(language, language)}.txt"
    return (
        _find(directory, PICTURE_NAMES, "XTD10"),
        _find(directory, captions, HOME_FOLDER.get(language, "XTD10")),
    )


def read_captions(directory: Path, language: str) -> Rows:
    """Returns the captioned pictures of one language; a picture's id is its file name.

    Raises:
        InputError: when the two files differ in length, one is not UTF-8, or a picture comes twice.
    """
    names_file, captions_file = caption_files(directory, language)
    names = [name.strip() for name in read_lines(names_file)]
    captions = [caption.strip() for caption in read_lines(captions_file)]
    if len(names) != len(captions):
        raise InputError(
            f"{captions_file} has {len(captions)} captions for the {len(names)} pictures of "
            f"{names_file.name}; get the file again"
        )
    rows = (
        (line, CaptionedPicture(name, (caption,)))
        for line, (name, caption) in enumerate(zip(names, captions, strict=True), 1)
    )
    return distinct_rows(rows, names_file)


def picture_path(directory: Path, picture_id: str) -> Path:
    """Returns where a picture lies: in `train2014` or `val2014`, as its name says."""
    folder = "val2014" if "_val2014_" in picture_id else "train2014"
    return directory / folder / Path(picture_id).name


def _find(directory: Path, name: str, home: str) -> Path:
    found = (directory / folder / name for folder in FOLDERS)
    return next((path for path in found if path.is_file()), directory / home / name)


XTD10 = BenchmarkInfo(
    name="xtd10",
    title="XTD10",
    kind="retrieval",
    languages=("en", "de", "fr", "zh", "ko", "es", "it", "tr", "ru", "pl", "ja"),
    pictures=1000,
    sources=(
        Source(
            "XTD10/test_image_names.txt, {XTD10,MIC,STAIR}/test_1kcaptions_{en,...,jp}.txt",
            "names of the pictures and captions, one a line (jp is Japanese)",
            "https://github.com/adobe-research/Cross-lingual-Test-Dataset-XTD10",
            "Adobe's licence for research, in the repository",
        ),
        Source(
            "train2014/, val2014/",
            "COCO's pictures of 2014 that the list names",
            "https://cocodataset.org/#download",
            "Flickr's terms of use",
        ),
    ),
    paper="Aggarwal, Kale 2020, Towards Zero-shot Cross-lingual Image Retrieval",
    reader=RetrievalFiles(
        caption_files=caption_files,
        read_captions=read_captions,
        picture_path=picture_path,
        picture_folders=("train2014", "val2014"),
        picture_source="COCO (train2014/, val2014/)",
    ),
)
