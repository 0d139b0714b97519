"""Which sets of emoji drawings there are: those that ship, train only, or are kept for testing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial


@dataclass(frozen=True)
class Rendering:
    """One vendor's drawing of the emoji.

    A set without code points has them from another one whose names it shares (`named_like`) or by
    its own names (`by_name`, see `emoji_names`), except for the drawings named in `unlike`, which
    were looked at and show something else. `distinct` leaves out a drawing that several concepts
    share, so that every picture has one name. `font` is the file of a set that is a font.
    """

    name: str
    package: str
    version: str
    licence: str
    credit: str
    named_like: str | None = None
    by_name: bool = False
    unlike: tuple[str, ...] = ()
    distinct: bool = False
    font: str | None = None

    @property
    def folder(self) -> str:
        return self.package if self.package.startswith("@") else f"@iconify-json/{self.package}"


SHIPPED = (
    Rendering("noto", "noto", "1.2.9", "Apache-2.0", "Noto Emoji, Google"),
    Rendering(
        "twemoji", "twemoji", "1.2.5", "CC-BY-4.0", "Twemoji, Twitter, Inc. and contributors"
    ),
    Rendering(
        "fluent", "fluent-emoji", "1.2.7", "MIT", "Fluent Emoji, Microsoft", "fluent-emoji-flat"
    ),
    Rendering("fluent-flat", "fluent-emoji-flat", "1.2.6", "MIT", "Fluent Emoji, Microsoft"),
    Rendering("openmoji", "openmoji", "1.2.29", "CC-BY-SA-4.0", "OpenMoji, HfG Schwäbisch Gmünd"),
)
_further = partial(Rendering, distinct=True)
TRAINING_ONLY = (
    _further(
        "noto-v1",
        "noto-v1",
        "1.2.5",
        "Apache-2.0",
        "Noto Emoji v1, Google",
        by_name=True,
        unlike=("cricket", "pistol"),
    ),
    _further(
        "emojione",
        "emojione",
        "1.2.3",
        "CC-BY-4.0",
        "EmojiOne 2, JoyPixels; EmojiTwo",
        by_name=True,
        unlike=("pistol",),
    ),
    _further(
        "emojione-v1",
        "emojione-v1",
        "1.2.3",
        "CC-BY-SA-4.0",
        "EmojiOne 1, JoyPixels",
        by_name=True,
        unlike=("keyboard", "pistol", "window"),
    ),
    _further(
        "emojione-monotone",
        "emojione-monotone",
        "1.2.1",
        "CC-BY-4.0",
        "EmojiOne monotone, JoyPixels; EmojiTwo",
        by_name=True,
        unlike=("pistol",),
    ),
    _further(
        "streamline",
        "streamline-emojis",
        "1.2.4",
        "CC-BY-4.0",
        "Streamline Emojis, Streamline",
        by_name=True,
        unlike=("japan", "pistol", "turkey"),
    ),
    _further(
        "fluent-contrast",
        "fluent-emoji-high-contrast",
        "1.2.6",
        "MIT",
        "Fluent Emoji High Contrast, Microsoft",
    ),
    _further(
        "noto-monochrome",
        "@expo-google-fonts/noto-emoji",
        "0.4.7",
        "OFL-1.1",
        "Noto Emoji font, Google",
        font="400Regular/NotoEmoji_400Regular.ttf",
    ),
)
"""Drawings that the teacher trains on and that do not ship."""
SECOND_STYLE = _further(
    "fxemoji",
    "fxemoji",
    "1.2.2",
    "Apache-2.0",
    "FxEmojis, Mozilla",
    by_name=True,
    unlike=(
        *("bow", "cat", "dog", "keyboard", "mouse", "pig", "pistol", "sunglasses"),
        *("tiger", "trackball", "up", "wave", "window"),
    ),
)
"""Another hand's drawings of some concepts: as the held-out rendering, nothing trains on them."""
