"""Captions that come without a pair: which of them a run may read, and what was left out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from tomclip.config import TrainConfig
from tomclip.config.data import EMBEDDED_ANCHOR, EMBEDDED_UNPAIRED, REST_ANCHOR
from tomclip.core.errors import ConfigError, InputError
from tomclip.core.files.cache import content_key, text_digests
from tomclip.core.languages import LANGUAGES
from tomclip.core.paths import user_path
from tomclip.data import load_emoji
from tomclip.data.captions.emoji import emoji_caption_pairs, keyword_caption
from tomclip.data.captions.unpaired import PlainTexts, read_english, read_other_languages
from tomclip.data.held_out import held_out_phrases, held_out_rows
from tomclip.targets.selection import EnglishOfTheRest, english_of_the_rest
from tomclip.training.data.captions import select_captions


@dataclass(frozen=True, slots=True)
class LoneCaptions:
    """Texts that join the batches without a pair, each once.

    `left_out` counts what was not taken: "blank" and "repeated" lines, texts of "held_out"
    concepts or validation captions, and of "other_languages" than the run's. Those of `rest` stay
    on disk; beside them it counts captions "in_pairs" and "without_a_vector" in the targets.
    """

    name: str
    texts: Sequence[str]
    left_out: Mapping[str, int]
    rest: EnglishOfTheRest | None = None

    @property
    def digests(self) -> np.ndarray:
        """One uint64 per text, as caption tables have them."""
        return text_digests(self.texts) if self.rest is None else self.rest.digests

    def facts(self, role: str) -> dict[str, Any]:
        """Returns what a run records: `role` begins every key, as in "anchor_captions"."""
        content = self.texts if self.rest is None else (self.rest.digests.tobytes(),)
        return {
            f"{role}_captions": self.name,
            f"{role}_texts": len(self.texts),
            f"{role}_fingerprint": content_key(*content),
            **{f"{role}_{reason}_left_out": count for reason, count in self.left_out.items()},
        }


def anchor_captions(config: TrainConfig, validation: Iterable[int] = ()) -> LoneCaptions | None:
    """Returns the English captions of `data.english_anchor`, None where there is no anchor.

    "emoji" are the names and keyword captions of the training concepts, "rest" the captions of
    `data.captions` that neither train nor validate. Of a file a run on the emoji leaves out every
    text that holds the English name of a validation or unseen concept or is its keyword caption,
    and a run on captions those that validate, whose digests are `validation`.

    Raises:
        ConfigError: when the file cannot be read, or holds no caption that may be used.
    """
    name = config.data.english_anchor.captions
    if name is None:
        return None
    if name == REST_ANCHOR:
        return _of_the_rest(config)
    if name == EMBEDDED_ANCHOR:
        pairs = emoji_caption_pairs(
            load_emoji(fold=config.data.fold), languages=["en"], split="train"
        )
        found = PlainTexts(tuple(dict.fromkeys(pairs.english)), None, 0, 0)
        excluded = _same_as(validation)
    else:
        found = _read("data.english_anchor.captions", read_english, name)
        excluded = (
            _of_held_out(found, ("en",), config.data.fold)
            if _is_emoji(config)
            else _same_as(validation)
        )
    return _usable("data.english_anchor.captions", name, found, excluded)


def unpaired_captions(config: TrainConfig) -> LoneCaptions | None:
    """Returns the captions of `data.unpaired` in the run's languages, None where there are none.

    "emoji" are the names and keyword captions of the training concepts in these languages without
    English. Of a file a run on the emoji leaves out every text that holds the name of a validation
    or unseen concept in its language, or in any of the run's where the file does not say which.

    Raises:
        ConfigError: when the file cannot be read, or holds no caption that may be used.
    """
    name = config.data.unpaired.captions
    if name is None:
        return None
    if name == EMBEDDED_UNPAIRED:
        spoken = config.data.languages or LANGUAGES
        codes = [code for code in LANGUAGES if code in spoken and code != "en"]
        pairs = emoji_caption_pairs(
            load_emoji(fold=config.data.fold), languages=codes, split="train"
        )
        found = PlainTexts(tuple(dict.fromkeys(pairs.translated)), None, 0, 0)
        return _usable("data.unpaired.captions", name, found, _never)
    found = _read("data.unpaired.captions", read_other_languages, name)
    excluded = _never
    if _is_emoji(config):
        excluded = _of_held_out(found, config.data.languages, config.data.fold)
    return _usable("data.unpaired.captions", name, found, excluded, config.data.languages)


def _of_the_rest(config: TrainConfig) -> LoneCaptions:
    rest = english_of_the_rest(select_captions(config))
    name = f"the rest of {rest.selection.table.name}"
    if not len(rest.rows):
        raise ConfigError(
            f"data.english_anchor.captions: {name} holds no caption that may be used "
            f"({_counted(rest.left_out)}); ask for fewer pairs, or name targets of more captions"
        )
    return LoneCaptions(name, rest.captions, rest.left_out, rest)


def _is_emoji(config: TrainConfig) -> bool:
    return config.data.source == "emoji"


Excluded = Callable[[str, str | None], bool]


def _never(text: str, code: str | None) -> bool:
    return False


def _same_as(digests: Iterable[int]) -> Excluded:
    known = {int(digest) for digest in digests}
    return lambda text, code: bool(known) and int(text_digests([text])[0]) in known


def _of_held_out(found: PlainTexts, languages: tuple[str, ...], fold: int | None) -> Excluded:
    named = _naming_held_out(found, languages, fold)
    return lambda text, code: text in named


@lru_cache(maxsize=4)
def _naming_held_out(
    found: PlainTexts, languages: tuple[str, ...], fold: int | None
) -> frozenset[str]:
    """Returns the texts with a held-out name, and those that are a held-out keyword caption.

    They are kept: a run asks before it starts and when it reads its data.
    """
    dataset = load_emoji(fold=fold)
    rows = held_out_rows(dataset)
    names = {code: held_out_phrases(dataset, language=code) for code in languages}
    keywords = {
        code: {keyword_caption(dataset.keywords[code][row]).casefold() for row in rows}
        for code in languages
    }

    def is_held_out(text: str, code: str) -> bool:
        return text.casefold() in keywords[code] or names[code].found_in(text) is not None

    codes = found.languages or (None,) * len(found.texts)
    return frozenset(
        text
        for text, code in zip(found.texts, codes, strict=True)
        if any(is_held_out(text, one) for one in languages if code in (None, one))
    )


def _usable(
    setting: str,
    name: str,
    found: PlainTexts,
    excluded: Excluded,
    languages: tuple[str, ...] = (),
) -> LoneCaptions:
    """Returns the texts in one of `languages` (all, where there is none) that are not excluded."""
    codes = found.languages or (None,) * len(found.texts)
    there = list(zip(found.texts, codes, strict=True))
    spoken = [one for one in there if one[1] is None or not languages or one[1] in languages]
    kept = tuple(text for text, code in spoken if not excluded(text, code))
    left_out = {
        "blank": found.blank,
        "repeated": found.repeated,
        "held_out": len(spoken) - len(kept),
        "other_languages": len(there) - len(spoken),
    }
    if not kept:
        raise ConfigError(
            f"{setting}: {name} holds no caption that may be used ({_counted(left_out)}); name a "
            "file of other captions"
        )
    return LoneCaptions(name, kept, {reason: n for reason, n in left_out.items() if n})


def _counted(left_out: Mapping[str, int]) -> str:
    counted = [f"{n:,} {reason.replace('_', ' ')}" for reason, n in left_out.items() if n]
    return ", ".join(counted) or "empty"


def _read(setting: str, reader: Callable[[str], PlainTexts], name: str) -> PlainTexts:
    try:
        return _read_once(reader, name, _state_of(user_path(name)))
    except InputError as error:
        raise ConfigError(f"{setting}: {error}") from error


@lru_cache(maxsize=4)
def _read_once(reader: Callable[[str], PlainTexts], name: str, state: str) -> PlainTexts:
    return reader(name)


def _state_of(path: Path) -> str:
    """Returns what changes with the file or the files of the folder; "" for what is neither."""
    files = sorted(path.rglob("*")) if path.is_dir() else [path] if path.is_file() else []
    return json.dumps([[str(f), f.stat().st_mtime_ns, f.stat().st_size] for f in files])
