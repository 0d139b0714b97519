"""xFlickr&CO: 1,000 pictures of Flickr30k and 1,000 of COCO, described in 8 languages."""

from __future__ import annotations

from pathlib import Path

from tomclip.core.reading.json_lines import column, read_records, texts_of
from tomclip.data.benchmarks.captioned_pictures import (
    CaptionedPicture,
    RetrievalFiles,
    Rows,
    distinct_rows,
)
from tomclip.data.benchmarks.info import BenchmarkInfo, Source

COCO_PREFIX = "COCO_val2014_"


def caption_files(directory: Path, language: str) -> tuple[Path, ...]:
    """Returns the one file of a language's captions."""
    return (directory / "annotations" / language / "test.jsonl",)


def read_captions(directory: Path, language: str) -> Rows:
    """Returns the captioned pictures of one language; a picture's id is its file name.

    Raises:
        InputError: when the file lacks a column, is not UTF-8 or names a picture twice.
    """
    (path,) = caption_files(directory, language)
    rows = (
        (
            line,
            CaptionedPicture(
                picture_id=str(column(record, "img_path", path, line)),
                texts=texts_of(column(record, "sentences", path, line), "'sentences'", path, line),
            ),
        )
        for line, record in read_records(path)
    )
    return distinct_rows(rows, path)


def picture_path(directory: Path, picture_id: str) -> Path:
    """Returns where a picture lies: COCO's in `val2014`, the others in `flickr30k-images`."""
    folder = "val2014" if picture_id.startswith(COCO_PREFIX) else "flickr30k-images"
    return directory / folder / Path(picture_id).name


XFLICKR_CO = BenchmarkInfo(
    name="xflickr_co",
    title="xFlickr&CO",
    kind="retrieval",
    languages=("de", "en", "es", "id", "ja", "ru", "tr", "zh"),
    pictures=2000,
    sources=(
        Source(
            "annotations/{de,en,es,id,ja,ru,tr,zh}/test.jsonl",
            "captions (folder datasets/xFlickrCO/annotations of IGLUE)",
            "https://github.com/e-bug/iglue",
            "MIT (IGLUE); captions from Flickr30k and COCO keep their own terms",
        ),
        Source(
            "flickr30k-images/",
            "pictures of Flickr30k",
            "https://shannon.cs.illinois.edu/DenotationGraph/",
            "research and education only, on request",
        ),
        Source(
            "val2014/",
            "COCO's validation pictures of 2014",
            "https://cocodataset.org/#download",
            "Flickr's terms of use",
        ),
    ),
    paper="Bugliarello et al. 2022, IGLUE",
    reader=RetrievalFiles(
        caption_files=caption_files,
        read_captions=read_captions,
        picture_path=picture_path,
        picture_folders=("flickr30k-images", "val2014"),
        picture_source="Flickr30k (flickr30k-images/) and COCO (val2014/)",
    ),
)
