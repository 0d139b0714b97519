"""Characters: which ones show nothing, which are drawn as one, and when two names are the same."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = (
    (0x0000, 0x0020),
    (0x007F, 0x00A0),
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x0600, 0x0605),
    (0x061C, 0x061C),
    (0x06DD, 0x06DD),
    (0x070F, 0x070F),
    (0x0890, 0x0891),
    (0x08E2, 0x08E2),
    (0x115F, 0x1160),
    (0x1680, 0x1680),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x2000, 0x200F),
    (0x2028, 0x202F),
    (0x205F, 0x206F),
    (0x2800, 0x2800),
    (0x3000, 0x3000),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF9, 0xFFFB),
    (0x110BD, 0x110BD),
    (0x110CD, 0x110CD),
    (0x13430, 0x1343F),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0001, 0xE0001),
    (0xE0020, 0xE007F),
    (0xE0100, 0xE01EF),
)
"""Unicode's control and format characters, separators, variation selectors and fillers."""

VISIBLE_CHARACTER = f"[^{''.join(f'{chr(first)}-{chr(last)}' for first, last in _INVISIBLE)}]"
"""A regular expression, for Python and for RE2, of one character that shows something."""

_VISIBLE = re.compile(VISIBLE_CHARACTER)
_JOINER = "\u200d"
_PARTS_OF_SYLLABLES = range(0x1160, 0x1200)
_SKIN_TONES = range(0x1F3FB, 0x1F400)


def is_blank(text: str) -> bool:
    """Tells whether a text shows nothing: white space, zero-width, control characters, fillers."""
    return _VISIBLE.search(text) is None


def trimmed(text: str) -> str:
    """Returns a typed text without the white space around it; "" when it shows nothing."""
    return "" if is_blank(text) else text.strip()


def is_one_line(text: str) -> bool:
    """Tells whether a text holds no control character and nothing that ends a line or paragraph.

    Joiners and marks of direction, which Persian, emoji and Hebrew need, are none of these.
    """
    return not any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in text)


def drawn_characters(text: str) -> list[str]:
    """Returns the text in pieces that are each drawn as one, between which it can be cut.

    A letter keeps its marks, a Hangul syllable that is stored in parts its parts, an emoji what is
    joined to it.
    """
    pieces: list[str] = []
    for character in text:
        if pieces and (_goes_on(character) or pieces[-1].endswith(_JOINER)):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def cut_after(text: str, length: int) -> str:
    """Returns the text, ended by "…" where it is drawn as more characters than `length`."""
    if len(text) <= length:
        return text
    drawn = drawn_characters(text)
    return text if len(drawn) <= length else f"{''.join(drawn[: length - 1])}…"


def _goes_on(character: str) -> bool:
    """Tells whether a character belongs to the one before it."""
    code = ord(character)
    return (
        unicodedata.category(character) in ("Mn", "Mc", "Me")
        or character == _JOINER
        or code in _PARTS_OF_SYLLABLES
        or code in _SKIN_TONES
    )


def composed(name: str) -> str:
    """Returns the name in NFC, in which names are compared: é is one character, however typed.

    References:
        Unicode Standard Annex 15, Unicode Normalization Forms.
    """
    return unicodedata.normalize("NFC", name)


def searched(text: str) -> str:
    """Returns the text as it is looked for: whatever its capitals, and in NFC."""
    return composed(composed(text).casefold())


def same_name(one: str, other: str) -> bool:
    """Tells whether two names read the same, however their accents are stored."""
    return one == other or composed(one) == composed(other)
