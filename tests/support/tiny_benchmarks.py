"""Tiny benchmarks in the official formats, and a catalogue that expects them to be tiny."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tomclip.data import BENCHMARKS
from tomclip.data.benchmarks.babel_imagenet import BabelImageNetFiles
from tomclip.data.benchmarks.cifar100 import FOLDER, Cifar100Files, cifar100_classes

PICTURES = {"cifar100": 20, "xflickr_co": 6, "xtd10": 5, "crossmodal_3600": 4, "babel_imagenet": 6}
WORDNET_IDS = ("n01440764", "n01443537", "n01484850")


def tiny_benchmark(monkeypatch: pytest.MonkeyPatch, name: str, folder: Path) -> Path:
    """Writes the benchmark into `folder` and makes the catalogue expect just that; returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    WRITERS[name](folder)
    expect_tiny(monkeypatch, name, folder)
    return folder


def expect_tiny(
    monkeypatch: pytest.MonkeyPatch, name: str, folder: Path, *, pictures: int | None = None
) -> None:
    """Makes the catalogue expect a tiny benchmark's checksums and number of pictures."""
    info = replace(BENCHMARKS[name], pictures=pictures or PICTURES[name])
    if name == "cifar100":
        info = replace(info, reader=Cifar100Files(cifar100_checksums(folder)))
    if name == "babel_imagenet":
        info = replace(info, reader=BabelImageNetFiles(classes=len(WORDNET_IDS)))
    monkeypatch.setitem(BENCHMARKS, name, info)


def write_cifar100(folder: Path) -> None:
    """Writes `test` and `meta` as Python 2 and its numpy pickled them."""
    count = PICTURES["cifar100"]
    pixels = np.random.default_rng(0).integers(0, 256, (count, 3072), dtype=np.uint8)
    labels = [row % 100 for row in range(count)]
    (folder / FOLDER).mkdir(exist_ok=True)
    (folder / FOLDER / "test").write_bytes(
        python_2_pickle(
            {
                "filenames": [f"picture_s_{row:06d}.png" for row in range(count)],
                "batch_label": "testing batch 1 of 1",
                "fine_labels": labels,
                "coarse_labels": [label // 5 for label in labels],
                "data": pixels,
            }
        )
    )
    (folder / FOLDER / "meta").write_bytes(
        python_2_pickle({"fine_label_names": list(cifar100_classes()["class"])})
    )


def cifar100_checksums(folder: Path) -> dict[str, str]:
    """Returns the MD5 of the pickles in `folder` that are there."""
    return {
        path.name: hashlib.md5(path.read_bytes()).hexdigest()
        for path in sorted((folder / FOLDER).iterdir())
    }


def write_xflickr_co(folder: Path) -> None:
    """Writes jsonl files and pictures, half of Flickr30k and half of COCO."""
    flickr = [(f"{1007129816 + row}", f"{1007129816 + row}.jpg") for row in range(3)]
    coco = [(row, f"COCO_val2014_{row:012d}.jpg") for row in (74759, 414934, 215245)]
    for language in BENCHMARKS["xflickr_co"].languages:
        path = folder / "annotations" / language / "test.jsonl"
        path.parent.mkdir(parents=True)
        _write_lines(
            path,
            [
                json.dumps(
                    {"sentences": [f"{language} text {row}"], "id": key, "img_path": name},
                    ensure_ascii=False,
                )
                for row, (key, name) in enumerate(flickr + coco)
            ],
        )
    _write_pictures([folder / "flickr30k-images" / name for _, name in flickr])
    _write_pictures([folder / "val2014" / name for _, name in coco])


def write_xtd10(folder: Path) -> None:
    """Writes the text files into the release's three folders, and pictures of both COCO parts."""
    names = [f"COCO_train2014_{row:012d}.jpg" for row in range(61844, 61848)]
    names.append("COCO_val2014_000000061849.jpg")
    homes = {"XTD10": "es it ko pl ru tr zh", "MIC": "de en fr", "STAIR": "jp"}
    for home, codes in homes.items():
        (folder / home).mkdir()
        for code in codes.split():
            captions = [f"{code} text {row}" for row in range(len(names))]
            _write_lines(folder / home / f"test_1kcaptions_{code}.txt", captions)
    _write_lines(folder / "XTD10" / "test_image_names.txt", names)
    _write_pictures([folder / name.split("_")[1] / name for name in names])


def write_crossmodal_3600(folder: Path) -> None:
    """Writes captions.jsonl, with two captions a picture, and the pictures."""
    keys = [f"{row:016x}" for row in range(PICTURES["crossmodal_3600"])]
    lines = []
    for key in keys:
        texts = {
            code: [f"{code} text {number} of {key}" for number in range(2)]
            for code in BENCHMARKS["crossmodal_3600"].languages
        }
        columns = {
            code: {"caption": of_language, "caption/tokenized": of_language}
            for code, of_language in texts.items()
        }
        lines.append(json.dumps({"image/key": key, "image/locale": "ar", **columns}))
    _write_lines(folder / "captions.jsonl", lines)
    _write_pictures([folder / "images" / f"{key}.jpg" for key in keys])


def write_babel_imagenet(folder: Path) -> None:
    """Writes the label file, German naming two of three classes, and two pictures a class."""
    names = {language: ["tench", "goldfish", "shark"] for language in ("EN", "KO", "AF")}
    labels = {
        language: [[0, 1, 2], [f"{language} {name}" for name in of_language]]
        for language, of_language in names.items()
    }
    labels["DE"] = [[0, 2], ["Schleie", "Hai"]]
    for code in BENCHMARKS["babel_imagenet"].languages:
        labels.setdefault(code.upper(), labels["EN"])
    (folder / "babel_imagenet.json").write_text(json.dumps(labels, indent=2), encoding="utf-8")
    _write_pictures(
        [
            folder / "val" / wordnet_id / f"ILSVRC2012_val_{2 * row + number:08d}.JPEG"
            for row, wordnet_id in enumerate(WORDNET_IDS)
            for number in range(2)
        ]
    )


WRITERS: dict[str, Callable[[Path], None]] = {
    "cifar100": write_cifar100,
    "xflickr_co": write_xflickr_co,
    "xtd10": write_xtd10,
    "crossmodal_3600": write_crossmodal_3600,
    "babel_imagenet": write_babel_imagenet,
}


def python_2_pickle(value: object) -> bytes:
    """Returns protocol 2 as Python 2 wrote it: text as byte strings, arrays by numpy.core."""
    return b"\x80\x02" + _opcodes(value) + b"."


def _opcodes(value: object) -> bytes:
    if value is None:
        return b"N"
    if isinstance(value, str | bytes):
        content = value.encode("latin1") if isinstance(value, str) else value
        return b"T" + struct.pack("<i", len(content)) + content
    if isinstance(value, int):
        return f"I{value}\n".encode()
    if isinstance(value, tuple):
        return b"(" + b"".join(map(_opcodes, value)) + b"t"
    if isinstance(value, list):
        return b"](" + b"".join(map(_opcodes, value)) + b"e"
    if isinstance(value, dict):
        pairs = (_opcodes(key) + _opcodes(part) for key, part in value.items())
        return b"}(" + b"".join(pairs) + b"u"
    if isinstance(value, np.ndarray) and value.dtype == np.uint8:
        made = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n"
        dtype = b"cnumpy\ndtype\n" + _opcodes(("u1", 0, 1)) + b"R"
        dtype += _opcodes((3, "|", None, None, None, -1, -1, 0)) + b"b"
        state = b"(" + _opcodes(1) + _opcodes(value.shape) + dtype + b"I00\n"
        return (
            made
            + _opcodes((0,))
            + _opcodes("b")
            + b"tR"
            + state
            + _opcodes(value.tobytes())
            + b"tb"
        )
    raise TypeError(type(value).__name__)


def _write_lines(path: Path, lines: list[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _write_pictures(paths: list[Path]) -> None:
    for row, path in enumerate(paths):
        path.parent.mkdir(parents=True, exist_ok=True)
        colour = np.random.default_rng(row).integers(0, 256, 3)
        picture = np.broadcast_to(colour, (24, 32, 3)).astype(np.uint8)
        Image.fromarray(picture).save(path, "JPEG")
