"""Finds which drawing of a set without code points shows which emoji, by the set's own names.

Sets were named at different times: after Unicode's character names (CAT FACE WITH WRY SMILE),
after CLDR's short names (cat with wry smile), or after short codes (smirk_cat). A drawing belongs
to an emoji when one of its names is the drawing's name, letter by letter, and no other emoji has
that name in the same list; an earlier list decides before a later one: "cat" is 🐈 and not 🐱.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

ENDINGS = ("face", "sign", "symbol", "button", "icon")


def spelled(name: str) -> str:
    """Returns the name's letters and digits alone: "Cat_Face" -> "catface"."""
    return re.sub(r"[^a-z0-9+#*]", "", unicodedata.normalize("NFKD", name.lower()))


def emoji_names(
    rows: Sequence[Mapping[str, Any]],
    characters: Mapping[str, str],
    english: Mapping[str, Mapping[str, list[str]]],
) -> list[dict[str, str]]:
    """Returns lists of names, the most trusted first: each {spelled name: code point id}.

    In order: Unicode's names and short codes (`rows` of emoji-datasource), the names of a set
    with code points (`characters`, id to name), CLDR's short names (`english`, by id); the same
    names without a last word that some sets leave out (`ENDINGS`).
    """
    known = {row["id"] for row in rows}
    lists = [
        [(row["name"] or "", row["id"]) for row in rows],
        [(name, code) for code, name in characters.items()],
        [(words["tts"][0], code) for code, words in english.items() if "tts" in words],
        [(name, row["id"]) for row in rows for name in row["short_names"]],
    ]
    told = [[(spelled(name), code) for name, code in pairs if code in known] for pairs in lists]
    cut = [(_without_ending(name), code) for pairs in told for name, code in pairs]
    return [_unambiguous(pairs) for pairs in (*told, cut)]


def drawings_by_name(names: Iterable[str], lists: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Returns {code point id: drawing} for the drawings that carry a name of an emoji.

    Of two drawings of one emoji the one found in the earlier list is taken, then the first one.
    """
    found: dict[str, str] = {}
    remaining = sorted(names)
    for known in lists:
        codes = {name: _code_of(name, known) for name in remaining}
        for name, code in codes.items():
            if code is not None:
                found.setdefault(code, name)
        remaining = [name for name, code in codes.items() if code is None]
    return found


def _code_of(name: str, known: Mapping[str, str]) -> str | None:
    return next((known[way] for way in _spellings(name) if way in known), None)


def _spellings(name: str) -> Iterator[str]:
    """Yields the name; without the number of a first drawing; a clock as short codes write it."""
    yield spelled(name)
    if name.endswith("-1"):
        yield spelled(name.removesuffix("-1"))
    clock = re.fullmatch(r"clock(\d+)(oclock|thirty)", name)
    if clock:
        yield f"clock{clock[1]}" + ("30" if clock[2] == "thirty" else "")


def _without_ending(name: str) -> str:
    for ending in ENDINGS:
        if name.endswith(ending) and len(name) > len(ending) + 2:
            return name.removesuffix(ending)
    return name


def _unambiguous(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    codes: dict[str, set[str]] = defaultdict(set)
    for name, code in pairs:
        codes[name].add(code)
    return {name: next(iter(of)) for name, of in codes.items() if name and len(of) == 1}
