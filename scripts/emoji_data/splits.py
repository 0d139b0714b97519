"""Splits the emoji concepts so that no test concept has a near copy in training.

Concepts are grouped by stem; a stem lies in one split as a whole. A stem joins what differs only in
gender, age, skin, hair, direction, colour of a plain shape, the hour of a clock face or the sign on
a keycap.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

VALIDATION_SHARE, UNSEEN_SHARE = 0.095, 0.19

_PEOPLE = set(
    "man men woman women person people boy boys girl girls child children baby adult and "
    "mother father mrs mr mx santa king queen prince princess "
    "older old grandmother grandfather deaf".split()
)
_COLOURS_AND_SIZES = set(
    "red orange yellow green blue purple brown black white grey gray pink light dark "
    "large medium small medium-small heavy".split()
)
_COLOURED = {
    "circle",
    "square",
    "heart",
    "diamond",
    "exclamation",
    "question",
    "flag",
    "star",
    "book",
    "apple",
}
_DIRECTION = re.compile(
    r"\b(up|down|left|right|left-right|up-down|up-left|up-right|down-left|down-right|upwards|"
    r"downwards|left-facing|right-facing|facing|leftwards|rightwards|clockwise|counterclockwise|"
    r"curving|first|last|next|fast)\b"
)
_DIRECTED = {"arrow", "av-symbol", "hand-single-finger", "hand-fingers-open", "hand-fingers-closed"}
# A pattern in the English name, and the stem of all that match it.
_FAMILIES = (
    (re.compile("o[\u2019']clock|-thirty"), "clock face"),
    (re.compile(r"\bmoon\b(?! cake)"), "moon"),
    (re.compile(r"^keycap"), "keycap"),
    (re.compile(r"^mer(man|maid|person)"), "merperson"),
    (re.compile(r"^globe showing"), "globe"),
    (re.compile(r"mailbox"), "mailbox"),
    (re.compile(r"\bbutton\b"), "button"),
)


def stem_of(name: str, subcategory: str) -> str:
    """Returns the stem of an English CLDR name.

    "woman astronaut" and "man astronaut" -> "astronaut"; "three o'clock" -> "clock face";
    "keycap: 3" -> "keycap"; "blue circle" -> "circle"; "kiss: man, man" -> "kiss".
    """
    text = name.lower()
    for pattern, stem in _FAMILIES:
        if pattern.search(text):
            return stem
    words = text.split(":")[0].split()
    if subcategory in _DIRECTED:
        words = _DIRECTION.sub("", " ".join(words)).split() or words
    if subcategory == "arrow" and "arrow" in words:
        return "arrow"
    if _COLOURED & set(words):
        words = [word for word in words if word not in _COLOURS_AND_SIZES]
    words = [word for word in words if word not in _PEOPLE]
    return " ".join(words) or "person"


def split_by_stem(stems: Sequence[str], categories: Sequence[str]) -> list[str]:
    """Returns "train", "validation" or "unseen" per concept.

    Stems are ordered by a hash (no seed, so the split never depends on a library's generator) and
    dealt out within each category until its share is filled.
    """
    split: dict[str, str] = {}
    first_category = dict(reversed(list(zip(stems, categories, strict=True))))
    for category in sorted(set(first_category.values())):
        members = [stem for stem, c in first_category.items() if c == category]
        total = sum(stems.count(stem) for stem in members)
        quota = {"unseen": UNSEEN_SHARE * total, "validation": VALIDATION_SHARE * total}
        for stem in sorted(members, key=lambda s: hashlib.sha256(s.encode()).digest()):
            size = stems.count(stem)
            name = next((n for n, left in quota.items() if size <= left and size <= 12), "train")
            split[stem] = name
            if name in quota:
                quota[name] -= size
    return [split[stem] for stem in stems]
