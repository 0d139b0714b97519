"""What is odd about data before anything is embedded: counted, shown, and kept as it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tomclip.core.reading.characters import composed

if TYPE_CHECKING:
    import pandas as pd

ENGLISH = "en"
MOST_EXAMPLES = 3
EXAMPLE_LENGTH = 60
KINDS: Mapping[str, str] = {
    "repeated": "rows that say again what another row says; counted once",
    "blank": "texts that show nothing; left out",
    "missing": "items without a text",
    "duplicate": "texts that several items share",
    "several": "items with several texts",
    "control": "texts with control characters",
    "replacement": "texts with the sign � of a lost character",
    "decomposed": "texts whose accents are stored apart from their letters (not NFC)",
    "direction": "texts with invisible marks that turn the direction of writing",
    "markup": "texts with HTML tags; kept and shown as text",
    "other_script": "texts of a language that is not written in most of their letters",
    "labels": "items whose rows disagree on the label or group; the first is kept",
    "no_picture": "items without a picture",
    "spare_picture": "pictures of no item; left out",
}
"""Every kind of finding and what it counts, in the order of the report."""
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Unicode's category Cc less tabs and line ends."""
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_TAG = re.compile(r"<(?:!--|/?[A-Za-z][^<>]*>)")
_CHECKS: Mapping[str, Callable[[str], bool]] = {
    "control": lambda text: _CONTROLS.search(text) is not None,
    "replacement": lambda text: "\ufffd" in text,
    "decomposed": lambda text: not text.isascii() and composed(text) != text,
    "direction": lambda text: not text.isascii() and _TURNING.search(text) is not None,
    "markup": lambda text: "<" in text and _TAG.search(text) is not None,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was counted.

    Attributes:
        kind: a key of `KINDS`.
        language: code of the texts that it is about; "" where it is about none.
        count: how many, at least 1.
        examples: the first of them, shortened; invisible characters are written as \\u202e.
    """

    kind: str
    language: str
    count: int
    examples: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What was counted, in words."""
        return KINDS[self.kind]


def finding(kind: str, language: str, found: Sequence[str]) -> list[Finding]:
    """Returns one finding with its first examples, or none when nothing was found."""
    if not found:
        return []
    examples = tuple(shown(text) for text in found[:MOST_EXAMPLES])
    return [Finding(kind, language, len(found), examples)]


def shown(text: str) -> str:
    """Returns a text in one line of at most `EXAMPLE_LENGTH`, hidden characters written out."""
    kept = text if len(text) <= EXAMPLE_LENGTH else f"{text[: EXAMPLE_LENGTH - 1]}…"
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in kept
    )


def text_findings(captions: pd.DataFrame, items: Sequence[str]) -> list[Finding]:
    """Returns what is odd about texts: characters, shared texts, and items without one.

    Args:
        captions: a row per text: item, language, text.
        items: every item's id.
    """
    found: list[Finding] = []
    for code, part in captions.groupby("language", sort=False):
        texts = part["text"].tolist()
        for kind, is_odd in _CHECKS.items():
            found += finding(kind, str(code), [text for text in texts if is_odd(text)])
        found += _shared(part, str(code))
        found += _several(part["item"].tolist(), str(code))
        there = set(part["item"])
        found += finding("missing", str(code), [item for item in items if item not in there])
    return in_order(found)


def in_order(found: Iterable[Finding]) -> list[Finding]:
    """Returns the findings in the order of `KINDS`."""
    order = list(KINDS)
    return sorted(found, key=lambda one: order.index(one.kind))


def _shared(part: pd.DataFrame, code: str) -> list[Finding]:
    owners = part.groupby("text", sort=False)["item"].nunique()
    return finding("duplicate", code, [str(text) for text in owners.index[owners > 1]])


def _several(items: Sequence[str], code: str) -> list[Finding]:
    counts = Counter(items)
    return finding("several", code, [item for item, count in counts.items() if count > 1])
