r"""Text from outside: UTF-8 or refused by name, lines that end where editors end them.

Every reader of text files and of uploaded text goes through here. A byte order mark is dropped; a
line ends at \n, \r\n or \r and nowhere else: U+2028 or a form feed stays part of a text. A file
whose name ends in .gz is unpacked while it is read.
"""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from tomclip.core.errors import InputError, first_line

BLOCK_BYTES = 1 << 20
_SAMPLE_BYTES = 1 << 16


def read_text(path: Path) -> str:
    """Returns the file's text.

    Raises:
        InputError: when the file cannot be read, or is not UTF-8, naming what it looks like.
    """
    with _readable(path) as stream:
        return decode(stream.read(), str(path))


def decode(content: bytes, name: str) -> str:
    """Returns the text of a file called `name` whose bytes have come otherwise.

    Raises:
        InputError: when they are not UTF-8, naming what they look like.
    """
    _require_utf8([content], name)
    return content.decode("utf-8-sig")


def lines(text: str) -> tuple[str, ...]:
    """Returns the lines less their ends; an empty last line is none."""
    return tuple(line.removesuffix("\n") for line in io.StringIO(text, newline=None))


def read_lines(path: Path) -> tuple[str, ...]:
    """Returns the file's lines, less their ends; an empty last line is none.

    Raises:
        InputError: when the file is missing, or a line is not UTF-8, naming the line.
    """
    return lines(read_text(path))


def require_utf8(path: Path) -> None:
    """Raises InputError unless the file, of any size, is UTF-8; names the first line that is not.

    The sentence says what the bytes look like, as far as they tell.
    """
    with _readable(path) as stream:
        _require_utf8(iter(lambda: stream.read(BLOCK_BYTES), b""), str(path))


@contextmanager
def open_text(path: Path) -> Iterator[TextIO]:
    """Yields the text of a file of any size; its lines keep their ends as they are.

    Raises:
        InputError: when the file cannot be read or is not UTF-8; `require_utf8` says where.
    """
    with _readable(path) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
        try:
            yield text
        except UnicodeDecodeError as error:
            raise InputError(f"{path} is not UTF-8; {_ADVICE}") from error


@contextmanager
def _readable(path: Path) -> Iterator[BinaryIO]:
    """Yields the unpacked bytes; whatever the system or gzip refuses becomes one sentence."""
    try:
        with path.open("rb") as stored, _unpacked(path, stored) as stream:
            yield stream
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or first_line(error).rstrip(".")
        raise InputError(f"{path} cannot be read ({reason}); get it again") from error


def _unpacked(path: Path, stored: BinaryIO) -> BinaryIO:
    is_packed = path.suffix.lower() == ".gz"
    return cast(BinaryIO, gzip.GzipFile(fileobj=stored)) if is_packed else stored


# What follows says why bytes are not UTF-8.

_ADVICE = "open it in the program that wrote it and save it as UTF-8"
_MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
_NAMES = {
    "cp949": "cp949 (Korean)",
    "cp932": "Shift-JIS",
    "euc_jp": "EUC-JP",
    "gb18030": "GB18030 (Chinese)",
    "big5": "Big5 (Chinese)",
    "cp1250": "Windows-1250 (Central European)",
    "iso8859_2": "Latin-2 (Central European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "koi8_r": "KOI8-R (Cyrillic)",
    "cp1252": "Latin-1 (Western European)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1255": "Windows-1255 (Hebrew)",
    "cp1256": "Windows-1256 (Arabic)",
}


def looks_like(content: bytes) -> str:
    """Returns which encodings bytes that are not UTF-8 may have, the likeliest two; "" for none."""
    for mark, name in _MARKS.items():
        if content.startswith(mark):
            return name
    if b"\0" in content:
        return "UTF-16 without a mark" if _is_utf16(content) else ""
    from charset_normalizer import from_bytes

    found = from_bytes(content, cp_isolation=list(_NAMES))
    names = [_NAMES[match.encoding] for match in found if match.encoding in _NAMES]
    return " or ".join(names[:2])


def _is_utf16(content: bytes) -> bool:
    """Tells whether zeros are common and mostly at even or mostly at odd places."""
    zeros = content[::2].count(0), content[1::2].count(0)
    return 4 * min(zeros) <= max(zeros) and 50 * sum(zeros) > len(content)


def _require_utf8(blocks: Iterable[bytes], name: str) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, other_letters = _LineCount(), False
    for block in blocks:
        pending, _ = decoder.getstate()
        content = pending + block
        decoder.reset()
        try:
            decoder.decode(content)
        except UnicodeDecodeError as error:
            good = content[: error.start]
            line.add(good)
            mixed = other_letters or not good.isascii()
            raise _refused(content[error.start :], good, name, line.number, mixed) from error
        if b"\0" in content:
            line.add(content[: content.index(b"\0")])
            raise _with_nothing_bytes(content, name, line.number)
        other_letters = other_letters or not content.isascii()
        line.add(content[: len(content) - len(decoder.getstate()[0])])
    if decoder.getstate()[0]:
        raise InputError(f"{name} line {line.number} ends within a character; get the file again")


class _LineCount:
    """Counts lines over pieces of bytes: `number` is that of the line which comes next."""

    def __init__(self) -> None:
        self.number = 1
        self._after_return = False

    def add(self, piece: bytes) -> None:
        ends, returns = piece.count(b"\n"), piece.count(b"\r")
        ends += returns - (piece.count(b"\r\n") if returns else 0)
        self.number += ends - (self._after_return and piece.startswith(b"\n"))
        self._after_return = piece.endswith(b"\r") or (self._after_return and not piece)


def _refused(bad: bytes, good: bytes, name: str, line: int, mixed: bool) -> InputError:
    what = f"{name} line {line} is not UTF-8 (byte {bad[0]:#04x})"
    if mixed:
        return InputError(
            f"{what}, though text before it is: the file mixes encodings or is damaged; write that "
            "line again, or get the file again"
        )
    seen = looks_like(_whole_lines((good[-_SAMPLE_BYTES:] + bad)[: 2 * _SAMPLE_BYTES]))
    return InputError(f"{what}; {f'it looks like {seen}: ' if seen else ''}{_ADVICE}")


def _whole_lines(sample: bytes) -> bytes:
    """Returns the sample up to its last line end, so that no character is cut in two."""
    return sample[: sample.rfind(b"\n") + 1] or sample


def _with_nothing_bytes(content: bytes, name: str, line: int) -> InputError:
    seen = looks_like(content[:_SAMPLE_BYTES])
    why = f"it looks like {seen}: {_ADVICE}" if seen else "it is no text, or damaged: get it again"
    return InputError(f"{name} line {line} holds bytes of zero; {why}")
