"""Which texts speak of concepts that students must not have read about."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from tomclip.data.emoji import EmojiDataset

WITHOUT_SPACES = ("ja", "ko", "zh")
"""Languages that write words together, or join endings to them: a name is looked for anywhere."""
HELD_OUT_SPLITS = ("validation", "unseen")
_WORD = re.compile(r"[^\W_]+")
_IRREGULAR = {
    "children": "child",
    "feet": "foot",
    "geese": "goose",
    "mice": "mouse",
    "oxen": "ox",
    "people": "person",
    "teeth": "tooth",
}


class HeldOutPhrases:
    """Finds phrases in texts: as whole words, in the plural, and written apart or as one.

    "fire engine" is found in "two fire engines", "fire-engine" and "fireengines", not in
    "engine fire". Words are compared by a key that leaves out case, accents and English plural
    endings, so that now and then a word that only looks like a plural is found too.

    Args:
        phrases: What to find; one without a letter or digit is never found.
        anywhere: Find phrases within words too, for languages of `WITHOUT_SPACES`.
    """

    def __init__(self, phrases: Iterable[str], *, anywhere: bool = False) -> None:
        phrases = list(phrases)
        self._anywhere = anywhere
        self._phrases = {
            form: phrase
            for phrase in reversed(phrases)
            if (words := _words(phrase))
            for form in _joined(words)
        }
        self._longest = max(map(len, self._phrases), default=0)

    def __len__(self) -> int:
        return len(set(self._phrases.values()))

    def found_in(self, text: str) -> str | None:
        """Returns the first phrase that the text holds, or None."""
        words = _words(text)
        if self._anywhere:
            joined = "".join(words)
            return next((self._phrases[form] for form in self._phrases if form in joined), None)
        for start in range(len(words)):
            for end in range(start + 1, len(words) + 1):
                forms = _joined(words[start:end])
                found = next((self._phrases[f] for f in forms if f in self._phrases), None)
                if found is not None:
                    return found
                if min(map(len, forms)) > self._longest:
                    break
        return None


def held_out_rows(dataset: EmojiDataset) -> list[int]:
    """Returns the rows of the validation and unseen concepts."""
    return [int(row) for split in HELD_OUT_SPLITS for row in dataset.splits[split]]


def held_out_phrases(
    dataset: EmojiDataset, *, language: str = "en", keywords: bool = False
) -> HeldOutPhrases:
    """Returns the names of the validation and unseen concepts, with their keywords if asked."""
    rows = held_out_rows(dataset)
    phrases = [dataset.names[language][row] for row in rows]
    if keywords:
        phrases += [word for row in rows for word in dataset.keywords[language][row]]
    return HeldOutPhrases(phrases, anywhere=language in WITHOUT_SPACES)


def _words(text: str) -> list[str]:
    plain = text.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain.replace("\u2019", "'"))
        plain = "".join(c for c in plain if not unicodedata.combining(c))
    return _WORD.findall(plain.replace("'s", "s"))


def _joined(words: Sequence[str]) -> tuple[str, str]:
    """Returns the words as one: with the last in its key form, and with each in its key form."""
    return _key("".join(words)), "".join(map(_key, words))


@lru_cache(maxsize=1 << 17)
def _key(word: str) -> str:
    """Returns what singular and plural have in common: "knife" and "knives" give "knif"."""
    word = _IRREGULAR.get(word, word)
    if word.endswith("men"):
        word = f"{word[:-3]}man"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    word = re.sub("(v|f)e$", "f", word)
    return re.sub("(ie|y)$", "i", word).removesuffix("e") if len(word) > 3 else word
