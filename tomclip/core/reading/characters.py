"""Characters: which ones show nothing, which end a line, and when two names are the same."""

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
