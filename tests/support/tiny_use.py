"""A Universal Sentence Encoder of a few numbers, in the files that its package carries."""

from __future__ import annotations

import hashlib
import io
import struct
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.tiny_packages import install

from tomclip.encoders.packaged.records import PACKAGED, USE, PackagedFile

CHUNKS, ROWS_A_CHUNK, WIDTH, BRANCH, INNER, DIMENSION = 3, 12, 8, 4, 6, 8
ORDERS = ((2, 0), (3, 1), (5, 2))
TEXTS = ("<unk>", "<s>", "</s>", "▁", "▁fox", "▁dog", "fo", *"abcdefghijkloxg<>/s여우", "▁여우")
Arrays = dict[str, np.ndarray]


def tiny_use_weights(seed: int = 0) -> Arrays:
    """Returns random arrays under the names of weights.npz."""
    random = np.random.default_rng(seed)
    arrays: Arrays = {
        f"q{chunk + 1}": random.integers(0, 64, (ROWS_A_CHUNK, WIDTH)).astype(np.uint8)
        for chunk in range(CHUNKS)
    }
    sizes: dict[str, tuple[int, ...]] = {"scale": (CHUNKS,), "lo": (CHUNKS,)}
    for size, _ in ORDERS:
        sizes |= {f"proj{size}": (WIDTH, BRANCH), f"proj_b{size}": (BRANCH,)}
        sizes |= {f"ln_g{size}": (BRANCH,), f"ln_b{size}": (BRANCH,)}
        for layer in (1, 2):
            sizes |= {f"w{layer}_{size}": (size * BRANCH, BRANCH), f"b{layer}_{size}": (BRANCH,)}
    features = WIDTH + 3 * BRANCH
    sizes |= {"ln_g": (features,), "ln_b": (features,), "cnn_W": (features, WIDTH)}
    sizes |= {"cnn_b": (WIDTH,), "d0": (WIDTH, INNER), "d1": (INNER, INNER), "p1": (WIDTH, INNER)}
    sizes |= {"d2": (INNER, DIMENSION), "p3": (INNER, DIMENSION), "d3": (DIMENSION, DIMENSION)}
    for name, shape in sizes.items():
        arrays[name] = random.normal(scale=0.4, size=shape).astype(np.float32)
    arrays["eps"] = np.array(1e-12)
    return arrays


def naive_vector(arrays: Arrays, row: Sequence[int]) -> np.ndarray:
    """Returns the encoder's vector of one text's ids, in float64, piece by piece."""
    words = np.array(
        [
            arrays[f"q{piece % CHUNKS + 1}"][piece // CHUNKS]
            * float(arrays["scale"][piece % CHUNKS])
            + float(arrays["lo"][piece % CHUNKS])
            for piece in row
        ]
    )
    joined = {
        name: np.concatenate([arrays[f"{name}{size}"] for size, _ in ORDERS], axis=-1)
        for name in ("proj", "proj_b", "ln_g", "ln_b")
    }
    projected = _norm(words @ joined["proj"] + joined["proj_b"], joined["ln_g"], joined["ln_b"])
    seen = [words]
    for branch, (size, before) in enumerate(ORDERS):
        part = projected[:, branch * BRANCH : (branch + 1) * BRANCH]
        for layer in (1, 2):
            windows = np.zeros((len(row), size * BRANCH))
            for place in range(len(row)):
                for slot in range(size):
                    if 0 <= place + slot - before < len(row):
                        columns = slice(slot * BRANCH, (slot + 1) * BRANCH)
                        windows[place, columns] = part[place + slot - before]
            view = windows @ arrays[f"w{layer}_{size}"] + arrays[f"b{layer}_{size}"]
            part = part + np.maximum(view, 0)
        seen.append(part)
    features = _norm(np.concatenate(seen, axis=1), arrays["ln_g"], arrays["ln_b"])
    summed = (features @ arrays["cnn_W"] + arrays["cnn_b"]).sum(axis=0) / np.sqrt(len(row))
    first = np.maximum(summed @ arrays["d0"], 0)
    middle = np.maximum(summed @ arrays["p1"] + first @ arrays["d1"], 0)
    last = np.tanh(middle @ arrays["p3"] + np.maximum(middle @ arrays["d2"], 0) @ arrays["d3"])
    return last / np.linalg.norm(last)


def _norm(rows: np.ndarray, scale: np.ndarray, shift: np.ndarray) -> np.ndarray:
    spread = np.sqrt(rows.var(axis=1, keepdims=True) + 1e-12)
    return (rows - rows.mean(axis=1, keepdims=True)) / spread * scale + shift


def sentencepiece_file(texts: Sequence[str] = TEXTS) -> bytes:
    """Returns a SentencePiece model of these pieces that folds no character."""
    message = b""
    for text in texts:
        kind = {"<unk>": 2, "<s>": 3, "</s>": 3}.get(text, 1)
        score = 0.0 if kind > 1 else -5.0 if len(text) == 1 else -3.0
        piece = _message(1, text.encode()) + b"\x15" + struct.pack("<f", score)
        message += _message(1, piece + (b"" if kind == 1 else bytes([24, kind])))
    # A table without an entry: one unit of a trie that leads nowhere, and no replacement.
    table = struct.pack("<I", 1024) + bytes(1024) + b"\0"
    return message + _message(2, b"\x18\x01") + _message(3, _message(2, table))


def _message(number: int, content: bytes) -> bytes:
    length, digits = len(content), b""
    while length > 127:
        digits += bytes([length & 127 | 128])
        length >>= 7
    return bytes([number << 3 | 2]) + digits + bytes([length]) + content


def install_tiny_use(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Arrays:
    """Returns the weights of a tiny encoder that is installed as if it were the real one."""
    arrays, stream = tiny_use_weights(), io.BytesIO()
    np.savez(stream, **arrays)  # type: ignore[arg-type]
    record = PACKAGED[USE]
    names = [file.path for file in record.files]
    files = dict(zip(names, (stream.getvalue(), sentencepiece_file()), strict=True))
    recorded = tuple(
        PackagedFile(name, hashlib.sha256(content).hexdigest()) for name, content in files.items()
    )
    monkeypatch.setitem(PACKAGED, USE, replace(record, files=recorded, dimension=DIMENSION))
    install(folder, monkeypatch, package=record.package, version=record.version, files=files)
    return arrays
