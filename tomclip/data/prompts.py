"""Prompts of one's own by language: the sentences that a class's name is put into.

Several prompts of a language are an ensemble: a class is the mean of its vectors under all of them.

References:
    Radford et al. 2021, Learning Transferable Visual Models From Natural Language Supervision,
    section 3.1.4 (prompt engineering and ensembling).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from tomclip.core.errors import InputError
from tomclip.core.languages import language
from tomclip.core.reading.characters import is_one_line, trimmed

PLACE = "{}"
"""Where a class's name goes."""
MOST_PROMPTS, LONGEST = 100, 300


@dataclass(frozen=True, slots=True)
class Prompts:
    """Prompts by language.

    Attributes:
        entries: code and prompts of every language that has its own, each with `{}` in it.

    Raises:
        InputError: when a language comes twice or has no prompt, or a prompt is none.
    """

    entries: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __post_init__(self) -> None:
        if len(set(self.languages)) != len(self.entries):
            raise InputError(f"prompts are of {', '.join(self.languages)}; give each language once")
        for code, prompts in self.entries:
            if not 1 <= len(prompts) <= MOST_PROMPTS or len(set(prompts)) != len(prompts):
                raise InputError(
                    f"{len(prompts)} prompts came in {code}; give 1 to {MOST_PROMPTS}, each once"
                )
            for prompt in prompts:
                checked_prompt(prompt)

    @classmethod
    def of(cls, by_language: Mapping[str, Sequence[str]]) -> Prompts:
        """Returns the prompts of a mapping from codes; a language without any is left out."""
        return cls(tuple((code, tuple(given)) for code, given in by_language.items() if given))

    def __bool__(self) -> bool:
        return bool(self.entries)

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages that have prompts of their own."""
        return tuple(code for code, _ in self.entries)

    def own(self, code: str) -> tuple[str, ...]:
        """Returns a language's own prompts; () for none."""
        return dict(self.entries).get(code, ())

    def changed(self, code: str, prompts: Sequence[str]) -> Prompts:
        """Returns the same prompts with others for one language; without any it has none."""
        return Prompts.of({**dict(self.entries), code: tuple(prompts)})

    def wordings(self, names: Sequence[str], code: str) -> tuple[tuple[str, ...], ...]:
        """Returns all names in each of a language's own prompts; () where it has none."""
        return tuple(tuple(filled(one, name) for name in names) for one in self.own(code))

    def require_languages(self, known: Collection[str], what: str) -> None:
        """Raises InputError when a language has prompts and `what` has no names in it."""
        if strange := [code for code in self.languages if code not in known]:
            raise InputError(
                f"prompts came in {', '.join(strange)}, in which {what} names nothing; it has "
                f"{', '.join(known)}"
            )

    def to_csv(self) -> bytes:
        """Returns what `read_prompts` reads: a language per column, a prompt per row."""
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(self.languages)
        writer.writerows(zip_longest(*(given for _, given in self.entries), fillvalue=""))
        return stream.getvalue().encode()


def checked_prompt(prompt: str) -> str:
    """Returns the prompt without space around it.

    Raises:
        InputError: when it has no place for the name, or is no single line of up to 300 characters.
    """
    text = trimmed(prompt)
    if len(text) > LONGEST or not is_one_line(text):
        raise InputError(f"a prompt is a single line of at most {LONGEST} characters; shorten it")
    if PLACE not in text:
        raise InputError(
            f"the prompt {text!r} has no place for the name; write {PLACE} where it goes, as in "
            "'a photo of a {}'"
        )
    return text


def filled(prompt: str, name: str) -> str:
    """Returns a prompt with a class's name in its place."""
    return prompt.replace(PLACE, name)


def default_prompts(codes: Sequence[str]) -> Prompts:
    """Returns the paper's prompt of every language that has one."""
    return Prompts.of({code: (one,) for code in codes if (one := language(code).prompt)})


def read_prompts(path: Path, name: str = "") -> Prompts:
    """Returns the prompts of a .csv or .tsv file: a language per column, a prompt per row.

    Args:
        path: the file; see `read_language_columns`.
        name: what sentences call it; its path by default.

    Raises:
        InputError: as `read_language_columns` and `Prompts`, naming the file.
    """
    from tomclip.data.language_columns import read_language_columns

    found = read_language_columns(path, name)
    by_language = {code: tuple(dict.fromkeys(filter(None, texts))) for code, texts in found.columns}
    try:
        return Prompts.of(by_language)
    except InputError as error:
        raise InputError(f"{found.name}: {error}") from error
