"""Caption pairs: what the teacher reads in English and the student reads in another language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.results import ArrayRecord
from tomclip.data.emoji import EmojiDataset

KEYWORDS_IN_CAPTION = 6


@dataclass(frozen=True, eq=False, repr=False)
class CaptionPairs(ArrayRecord):
    """Row-matched captions: `english[i]` and `translated[i]`, in `languages[i]`, of `concepts[i]`.

    `concepts` are concept rows, so that captions of one concept can be told apart from others.
    """

    english: tuple[str, ...]
    translated: tuple[str, ...]
    languages: tuple[str, ...]
    concepts: np.ndarray

    def __len__(self) -> int:
        return len(self.english)


def keyword_caption(keywords: Sequence[str]) -> str:
    """Returns the first six keywords, joined by commas."""
    return ", ".join(keywords[:KEYWORDS_IN_CAPTION])


def emoji_caption_pairs(
    dataset: EmojiDataset,
    *,
    languages: Sequence[str],
    split: str,
    kinds: Sequence[str] = ("name", "keywords"),
    share: float = 1.0,
    translations: float = 1.0,
    seed: int = 0,
) -> CaptionPairs:
    """Returns the caption pairs of one split: per language and concept its name and keyword list.

    Args:
        languages: Codes; English gives pairs of two equal captions.
        split: "train", "validation" or "unseen".
        kinds: "name" (the CLDR name), "keywords" (the keyword caption), or both.
        share: Share of the concepts to keep, chosen by `seed`, the same in every language.
        translations: Share of those concepts to keep in each language but English, chosen by `seed`
            and the language's code; at least one.
        seed: Of both choices.

    Raises:
        InputError: when a language or split is unknown, or `share` leaves fewer than 4 concepts.
    """
    languages = list(map(dataset.code_of, languages))
    if split not in dataset.splits:
        raise InputError(f"split is {split!r}; use one of {', '.join(dataset.splits)}")
    rows = _share_of(dataset.splits[split], share, seed)
    translated_rows = {code: _translated(rows, code, translations, seed) for code in languages}
    words = {"name": dataset.names, "keywords": _keyword_captions(dataset)}
    entries = [
        (words[kind]["en"][row], words[kind][code][row], code, row)
        for kind in kinds
        for code in languages
        for row in translated_rows[code]
    ]
    english, translated, codes, concepts = zip(*entries, strict=True)
    return CaptionPairs(english, translated, codes, np.asarray(concepts))


def _translated(rows: np.ndarray, code: str, share: float, seed: int) -> np.ndarray:
    """Returns the rows whose captions there are in a language; of English all of them."""
    if share == 1.0 or code == "en":
        return rows
    random = np.random.default_rng([seed, *code.encode()])
    return np.sort(random.permutation(rows)[: max(round(share * len(rows)), 1)])


def _share_of(rows: np.ndarray, share: float, seed: int) -> np.ndarray:
    kept = round(share * len(rows))
    if kept < 4:
        raise InputError(
            f"share {share} of {len(rows)} concepts leaves {kept}; use at least {4 / len(rows):.3f}"
        )
    return np.sort(np.random.default_rng(seed).permutation(rows)[:kept])


def _keyword_captions(dataset: EmojiDataset) -> dict[str, list[str]]:
    return {
        code: [keyword_caption(words) or name for words, name in zip(lists, names, strict=True)]
        for (code, lists), names in zip(
            dataset.keywords.items(), dataset.names.values(), strict=True
        )
    }
