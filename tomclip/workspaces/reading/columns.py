"""What each column of a table is: proposed by the sniffer, confirmed or changed by a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, get_args

from tomclip.core.errors import InputError
from tomclip.core.languages import parse_language

Role: TypeAlias = Literal[
    "item", "text", "language", "picture", "label", "group", "vector", "ignore"
]
ROLES: tuple[Role, ...] = get_args(Role)
ROLE_TITLES: Mapping[Role, str] = {
    "item": "id of the item",
    "text": "text",
    "language": "language of the row",
    "picture": "picture file",
    "label": "label",
    "group": "group",
    "vector": "vector",
    "ignore": "left out",
}
BY_ROW = ""
"""The language of a text column whose rows are in the languages that another column names."""
DETECT = "auto"
"""The language of a text column whose rows are each in the language that their words tell."""


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """What one column is.

    Attributes:
        name: in the file.
        role: what it holds; "ignore" leaves it out.
        language: of a text column its code, `BY_ROW` or `DETECT`; "" for other roles.
        guessed: whether the language was told from the texts, not from the head.
    """

    name: str
    role: Role
    language: str = ""
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """What every column of a table is, in the table's order."""

    uses: tuple[ColumnUse, ...]

    def column(self, role: Role) -> str | None:
        """Returns the name of the first column of a role, or None."""
        return next((use.name for use in self.uses if use.role == role), None)

    def texts(self) -> tuple[ColumnUse, ...]:
        """Returns the columns of text."""
        return tuple(use for use in self.uses if use.role == "text")

    @property
    def form(self) -> Literal["long", "wide", "none"]:
        """Whether languages stand below each other, beside each other, or there are no texts."""
        texts = self.texts()
        if not texts:
            return "none"
        return "long" if any(use.language in (BY_ROW, DETECT) for use in texts) else "wide"

    def changed(self, changes: Mapping[str, tuple[Role, str]]) -> ColumnMapping:
        """Returns the mapping with other roles and languages for some columns, by name.

        Raises:
            InputError: when a column is not there, a role is unknown or a language no code.
        """
        names = [use.name for use in self.uses]
        for name, (role, _) in changes.items():
            if name not in names:
                raise InputError(f"there is no column {name!r}; the file has {', '.join(names)}")
            if role not in ROLES:
                raise InputError(f"{name!r} is to be {role!r}; use one of {', '.join(ROLES)}")
        return ColumnMapping(
            tuple(
                _changed(use, *changes[use.name]) if use.name in changes else use
                for use in self.uses
            )
        )

    def require_ready(self) -> ColumnMapping:
        """Returns the mapping when a data set can be made by it.

        Raises:
            InputError: in one sentence, when a role that can be held once is held twice, nothing
                is left to embed, or the language of a column of text is not told.
        """
        held = Counter(use.role for use in self.uses)
        once: list[Role] = [
            role for role in ROLES if role not in ("text", "ignore") and held[role] > 1
        ]
        if once:
            names = [use.name for use in self.uses if use.role == once[0]]
            raise InputError(
                f"{' and '.join(names)} are both the {ROLE_TITLES[once[0]]}; choose one of them"
            )
        if not (held["text"] or held["picture"] or held["vector"]):
            names = ", ".join(use.name for use in self.uses)
            raise InputError(
                f"none of the columns {names} holds text; say which one does, such as "
                f"--column {self.uses[0].name}=text:en"
            )
        self._require_languages()
        return self

    def _require_languages(self) -> None:
        by_row = [use for use in self.texts() if use.language == BY_ROW]
        if by_row and self.column("language") is None:
            name = by_row[0].name
            raise InputError(
                f"the language of {name!r} is not told; say it, such as --column {name}=text:ko, "
                "or name the column of codes, such as --column lang=language"
            )
        if len(by_row) > 1:
            names = " and ".join(use.name for use in by_row)
            raise InputError(
                f"{names} are all in the language of the row; say the language of all but one, "
                f"such as --column {by_row[0].name}=text:en"
            )
        if self.column("language") is not None and not by_row:
            raise InputError(
                f"{self.column('language')!r} holds languages, but every text has one of its own; "
                "leave that column out, or take the language away from a text"
            )
        known = Counter(use.language for use in self.texts() if use.language != DETECT)
        if twice := [code for code, count in known.items() if count > 1 and code]:
            names = [use.name for use in self.texts() if use.language == twice[0]]
            raise InputError(
                f"{' and '.join(names)} are both in {twice[0]!r}; leave all but one out, or say "
                "another language"
            )


def parse_changes(written: Sequence[str]) -> dict[str, tuple[Role, str]]:
    """Returns the changes that texts such as "caption=text:ko" or "nr=item" stand for.

    Raises:
        InputError: when one has no "=".
    """
    changes: dict[str, tuple[Role, str]] = {}
    for text in written:
        name, equals, use = text.rpartition("=")
        if not equals or not name:
            raise InputError(
                f"{text!r} names no role; write COLUMN=ROLE or COLUMN=text:CODE, such as "
                "caption=text:en"
            )
        role, _, language = use.partition(":")
        changes[name] = (role, language)  # type: ignore[assignment]  # `changed` checks it
    return changes


def _changed(use: ColumnUse, role: Role, language: str) -> ColumnUse:
    if role != "text":
        return replace(use, role=role, language="", guessed=False)
    code = language if language in (BY_ROW, DETECT) else parse_language(language)
    return replace(use, role=role, language=code, guessed=False)
