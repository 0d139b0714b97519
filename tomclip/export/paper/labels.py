"""Names of languages in figures: as drawn, in English, in the language's own script, or both."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from tomclip.core.languages import Language, known_languages
from tomclip.export.paper.settings import LanguageLabels

KEPT = {"customdata", "meta", "ids", "uid", "type", "template", "hovertemplate", "legendgroup"}
"""Keys of plotly whose values name no language to a reader."""


def relabelled(content: Any, labels: LanguageLabels) -> Any:
    """Returns plotly's JSON values, or a text, with every name of a language written as wished."""
    if labels == "drawn":
        return content
    if isinstance(content, str):
        return relabelled_text(content, labels)
    if isinstance(content, Mapping):
        return {
            key: value if key in KEPT or "color" in key else relabelled(value, labels)
            for key, value in content.items()
        }
    if isinstance(content, list | tuple):
        return [relabelled(value, labels) for value in content]
    return content


def relabelled_text(text: str, labels: LanguageLabels) -> str:
    """Returns a text with every whole name of a language in it written as wished."""
    if labels == "drawn":
        return text
    pattern, known = _names()

    def written(found: re.Match[str]) -> str:
        return _label(known[found.group().casefold()], labels)

    return pattern.sub(written, text)


def _label(language: Language, labels: LanguageLabels) -> str:
    if labels == "english" or language.name == language.endonym:
        return language.name
    return language.endonym if labels == "own" else f"{language.name} · {language.endonym}"


@lru_cache(maxsize=1)
def _names() -> tuple[re.Pattern[str], dict[str, Language]]:
    """Returns what finds a name in a text, "Korean · 한국어" as one, and whose name each is."""
    known: dict[str, Language] = {}
    for one in known_languages():
        for name in (f"{one.name} · {one.endonym}", one.name, one.endonym):
            known.setdefault(name.casefold(), one)
    longest_first = sorted(known, key=len, reverse=True)
    names = "|".join(map(re.escape, longest_first))
    return re.compile(rf"(?<!\w)(?:{names})(?!\w)", re.IGNORECASE), known
