"""Which names of icons are those of things: no brands, and no words of programs."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from english.sources import clean_icon_name, icon_sets

OF_PROGRAMS = set(
    "account action add agent ai alert alerted align all api app apps arrow arrows asset async "
    "badge badged bitcoin bold border branch broadcast browser button call cancel center "
    "centre chart chat check checkbox chevron circle clear close code coin collapse color "
    "column commit component config configure content control copy corner css csv cursor dash "
    "dashboard database delete deployment device diagonal disable disabled dislike distribute "
    "dots download drag dropdown edit ellipsis empty enable end error event exit expand export "
    "file filetype filter finance flow folder font format forward function git go graph grid "
    "group half header heading height help hide horizontal html ibm image import in inbox "
    "indent info information input insert instance interface invoice italic item json layer "
    "layers layout like line list load loading location log login logout low manage mark "
    "maximize mcp media merge message mic minimalistic minimize minus mirrored missing mode "
    "model more move multiple navigation network new next node none note notification object "
    "off ok on open option order out overflow page paragraph paste path pause pending percent "
    "play plus power preview previous process product programming progress prompt protocol "
    "proxy publish query question quote rectangle redo refresh reload remove repeat reply "
    "report repository request reset resize restart return rewind rtl run save scan schedule "
    "screen scroll sdk search secure security select selection send server service set "
    "settings setup shape share show signal skip slash social space spacing spark spinner "
    "split square start stat status step stop storage submit subtract support svg swap switch "
    "sync system tab table task template terminal text threshold time to toggle token tool "
    "transfer transform type ui underline undo unlink unselect update upload user users "
    "validation variable vertical view volume warning web wifi windows with workflow wrap x "
    "xml yes".split()
)
LOGO_SETS = 3
"""A name that as many sets of logos have is a brand's."""


def brand_names(archive: Path) -> set[str]:
    """Returns the cleaned names that at least `LOGO_SETS` sets of logos have."""
    drawn: dict[str, set[str]] = defaultdict(set)
    logos = icon_sets(archive, lambda _, facts: facts.get("category") == "Logos")
    for prefix, _, content in logos:
        for icon in content["icons"]:
            drawn[clean_icon_name(icon)].add(prefix)
    return {name for name, sets in drawn.items() if name and len(sets) >= LOGO_SETS}


def shows_a_thing(name: str, brands: set[str]) -> bool:
    """Returns whether a cleaned name is neither a brand's nor has a word of programs."""
    words = name.split(" ")
    starts = {" ".join(words[:count]) for count in range(1, len(words) + 1)}
    return not brands & {*starts, words[-1]} and not OF_PROGRAMS & set(words)
