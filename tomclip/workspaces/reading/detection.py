"""Which language texts are in: by their script where one language has it, else by their words.

Latin, Cyrillic, Arabic and Devanagari are written by many languages; among those py3langid decides,
a naive Bayes classifier over byte n-grams, which the extra `languages` brings. It can be wrong on
single words, so that what it says is a proposal: a person confirms or corrects it.

References:
    Lui and Baldwin 2012, langid.py: An Off-the-shelf Language Identification Tool.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

from tomclip.core.extras import extras_named
from tomclip.core.languages import known_languages, parse_language

LIBRARY = "py3langid"
SAMPLED_TEXTS = 200
KANA_SHARE = 0.05
"""Share of kana among the letters of East Asian texts from which they are Japanese."""
SURE = 0.5
"""Least probability of the likeliest language, by the classifier."""
_OF_SCRIPT = {
    "HANGUL": "ko",
    "THAI": "th",
    "GREEK": "el",
    "HEBREW": "he",
    "BENGALI": "bn",
    "TELUGU": "te",
}

_WRITTEN_IN = {
    "LATIN": {"Latn"},
    "CYRILLIC": {"Cyrl"},
    "ARABIC": {"Arab"},
    "DEVANAGARI": {"Deva"},
    "HANGUL": {"Kore", "Hang"},
    "THAI": {"Thai"},
    "GREEK": {"Grek"},
    "HEBREW": {"Hebr"},
    "BENGALI": {"Beng"},
    "TELUGU": {"Telu"},
    "CJK": {"Hans", "Hant", "Jpan", "Kore", "Hani"},
    "HIRAGANA": {"Jpan"},
    "KATAKANA": {"Jpan"},
}
"""ISO 15924 codes of what is written in a script's letters, by the first word of their names."""


def can_tell_words() -> bool:
    """Returns whether the library is installed that tells languages of one script apart."""
    return find_spec(LIBRARY) is not None


def detected_language(texts: Iterable[str]) -> str | None:
    """Returns the code of the language that most of some texts are in, taken together.

    Args:
        texts: The first `SAMPLED_TEXTS` that hold a letter are looked at.

    Returns:
        None when there is no letter, or only words could tell and the library is not installed or
        is not sure.
    """
    sample = [text for text in texts if any(map(str.isalpha, text[:100]))][:SAMPLED_TEXTS]
    script = main_script(sample)
    if script is None:
        return None
    if script in _OF_SCRIPT:
        return _OF_SCRIPT[script]
    if script in ("HIRAGANA", "KATAKANA", "CJK"):
        return _east_asian(sample)
    return _by_words("\n".join(sample)) if can_tell_words() else None


def detected_languages(texts: Sequence[str]) -> list[str | None]:
    """Returns the code of each text's language; None where it cannot be told.

    Raises:
        MissingExtra: when a text needs the library and it is not installed.
    """
    found: dict[str, str | None] = {}
    for text in texts:
        if text not in found:
            needs_words = main_script([text]) in ("LATIN", "CYRILLIC", "ARABIC", "DEVANAGARI")
            found[text] = _by_words(text) if needs_words else detected_language([text])
    return [found[text] for text in texts]


def main_script(texts: Iterable[str]) -> str | None:
    """Returns the first word of Unicode's name of most letters, such as "LATIN"; None: no letter.

    Han characters are "CJK"; the two kana count apart.
    """
    counts = _scripts(texts)
    return max(counts, key=lambda script: counts[script]) if counts else None


def fits_script(language: str, texts: Iterable[str]) -> bool:
    """Returns whether most letters of texts are of a script that the language is written in.

    True where the texts have no letters, or their script or the language's is not known.
    """
    from langcodes import Language

    script = main_script(texts)
    usual = Language.get(language).maximize().script
    return script not in _WRITTEN_IN or usual is None or usual in _WRITTEN_IN[script]


def _scripts(texts: Iterable[str]) -> Counter[str]:
    letters = Counter(character for text in texts for character in text if character.isalpha())
    counts: Counter[str] = Counter()
    for letter, count in letters.items():
        counts[_script_of(letter)] += count
    return counts


@lru_cache(maxsize=1 << 14)
def _script_of(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").replace("-", " ").split()[0]


def _east_asian(texts: Sequence[str]) -> str:
    counts = _scripts(texts)
    kana = counts["HIRAGANA"] + counts["KATAKANA"]
    letters = kana + counts["CJK"]
    return "ja" if kana > KANA_SHARE * letters else "zh"


def _by_words(text: str) -> str | None:
    label, probability = _identifier().classify(text)
    return parse_language(str(label)) if probability >= SURE else None


@lru_cache(maxsize=1)
def _identifier() -> Any:
    with extras_named():
        from py3langid.langid import MODEL_FILE, LanguageIdentifier
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    known = {row.code for row in known_languages()}
    labels = [label for label in identifier.labels if label in known]
    identifier.set_languages(labels)
    return identifier
