"""Which icons show which emoji concept: held-out sets, their licences, and what was looked at.

The icons of five sets that nothing trains on. An icon belongs to a concept when its name is the
concept's in Unicode, Noto or CLDR (`emoji_names`), or stands in `SYNONYMS`. All were looked at:
`UNLIKE` names those that show another sense of the word, a logo, or a thing that cannot be told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from emoji_data.names import drawings_by_name, spelled
from emoji_data.renderings import Rendering

SETS = (
    Rendering("mdi", "mdi", "1.2.3", "Apache-2.0", "Material Design Icons, Pictogrammers"),
    Rendering("ph", "ph", "1.2.2", "MIT", "Phosphor Icons"),
    Rendering("tabler", "tabler", "1.2.41", "MIT", "Tabler Icons, Paweł Kuna"),
    Rendering(
        "fa7-solid", "fa7-solid", "1.2.5", "CC-BY-4.0", "Font Awesome Free 7, Fonticons, Inc."
    ),
    Rendering("icon-park", "icon-park", "1.2.4", "Apache-2.0", "IconPark, ByteDance"),
)
SYNONYMS = {
    "american-football": "american football",
    "bee": "honeybee",
    "beer": "beer mug",
    "billiards": "pool 8 ball",
    "bolt": "high voltage",
    "bulb": "light bulb",
    "car": "automobile",
    "cd": "optical disk",
    "cocktail": "cocktail glass",
    "coffee": "hot beverage",
    "computer-mouse": "computer mouse",
    "corn": "ear of corn",
    "cricket": "cricket game",
    "earth-africa": "globe showing Europe-Africa",
    "eyeglasses": "glasses",
    "fax": "fax machine",
    "football": "american football",
    "gem": "gem stone",
    "gift": "wrapped gift",
    "golf": "flag in hole",
    "hand": "raised hand",
    "headphones": "headphone",
    "heart": "red heart",
    "high-heel": "high-heeled shoe",
    "hourglass": "hourglass done",
    "knife": "kitchen knife",
    "ladybug": "lady beetle",
    "lightning": "high voltage",
    "lock": "locked",
    "mailbox": "closed mailbox with raised flag",
    "medal": "military medal",
    "moon": "crescent moon",
    "mouse": "computer mouse",
    "muscle": "flexed biceps",
    "mute": "muted speaker",
    "ribbon": "reminder ribbon",
    "rice": "cooked rice",
    "scales": "balance scale",
    "scooter": "kick scooter",
    "sheep": "ewe",
    "shirt": "t-shirt",
    "ski": "skis",
    "smoking": "cigarette",
    "soccer": "soccer ball",
    "swimmer": "person swimming",
    "truck": "delivery truck",
    "tv": "television",
    "unlock": "unlocked",
    "vhs": "videocassette",
    "weight-lifter": "person lifting weights",
}
UNLIKE: Mapping[str, str] = {
    "mdi": "apple bolt email hospital pistol satellite school seal shower speaker wave",
    "ph": "golf police-car-light seal",
    "tabler": "bath hospital joker medal rosette school sunrise sunset world-map",
    "fa7-solid": "bath mask v",
    "icon-park": (
        "anchor apple bank bow chicken compass cooking envelope eyes fireworks football heart "
        "keyboard label link magic-wand middle-finger pie ring rock seal seat selfie "
        "speaker sunrise sunset telescope trumpet turkey"
    ),
}
# Smileys and single persons: their icons are faces and figures that differ in little.
DRAWN_AS_FIGURES = ("Smileys & Emotion", "Symbols")
NAMEABLE = ("alien", "ghost", "robot", "skull", "red heart")
FIGURES = ("boy", "child", "cook", "detective", "girl", "man", "person", "student", "woman")


def icons_of_concepts(
    rendering: Rendering,
    icons: Sequence[str],
    concepts: pd.DataFrame,
    lists: Sequence[Mapping[str, str]],
) -> dict[str, str]:
    """Returns {concept id: icon} for the icons of a set whose name and drawing are a concept's.

    Args:
        rendering: one of `SETS`.
        icons: names of the set's icons.
        concepts: with `id`, `category` and `name_en`, as in `assets/emoji/concepts.parquet`.
        lists: of `emoji_names`, without short codes and shortened names.
    """
    figures = concepts["category"].isin(DRAWN_AS_FIGURES) & ~concepts["name_en"].isin(NAMEABLE)
    left = concepts[~figures & ~concepts["name_en"].isin(FIGURES)]
    by_name = dict(zip(left["name_en"], left["id"], strict=True))
    synonyms = {spelled(icon): by_name[name] for icon, name in SYNONYMS.items()}
    wanted = set(left["id"])
    names = set(icons) - set(UNLIKE[rendering.name].split())
    found = drawings_by_name(names, (synonyms, *lists))
    return {code: icon for code, icon in found.items() if code in wanted}
