"""Renders named icons for one run of the teacher: `python scripts/icon_pictures.py DIRECTORY`.

Reads the icon sets of `@iconify/json` whose licence asks for no more than a credit, without logos,
flags and emoji, and without the sets of the icon benchmark and what they were drawn from
(`HELD_OUT`). A name loses style words and digits; a set draws a name once. Left out are brands and
names with a word of programs (`icon_data.words`). With `--strict` (the default) no name holds the
name or a keyword of a validation or unseen concept, plural and joined forms included; `--all`
keeps those. `--limit N` takes the first drawing of every name, then the second, and so on.
Writes into DIRECTORY:

- `icons.npy`: (n, 64, 64, 4) uint8 RGBA, ink on nothing, to be laid on paper;
- `icons.csv`: set, icon and name of each row;
- `ATTRIBUTION.json`: author, licence and number of icons of every set;
- `parts/`: the rows of one set a file, which an interrupted run finds again. They may be deleted.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from emoji_data.sources import SIDE, draw, svg_of
from english.sources import ICONS, clean_icon_name, icon_sets
from icon_data.words import brand_names, shows_a_thing

from tomclip.core.files.atomic import replaced, write_json_atomically, write_text_atomically
from tomclip.core.paths import cache_directory
from tomclip.data import load_emoji
from tomclip.data.held_out import held_out_phrases

PLAIN = re.compile(r"[a-z][a-z'\-]+( [a-z'\-]+)*")
HELD_OUT = re.compile(r"(mdi|material-symbols|ic|zmdi|ph|tabler|icon-park|fa[567]?|la)(-.*)?")
"""The benchmark's sets in every weight; Google's icons, in mdi too; Line Awesome, after fa."""
OF_IDEAS = {"picon"}


@dataclass(frozen=True, order=True)
class Icon:
    """One drawing: its set, its name there, and the cleaned name."""

    set: str
    icon: str
    name: str


def main() -> None:
    arguments = parse_arguments()
    archive = ICONS.fetch(arguments.packages)
    sets = {
        prefix: (facts, content)
        for prefix, facts, content in icon_sets(archive)
        if not HELD_OUT.fullmatch(prefix) and prefix not in OF_IDEAS
    }
    contents = {prefix: content for prefix, (_, content) in sets.items()}
    brands = brand_names(archive)
    phrases = held_out_phrases(load_emoji(), keywords=True) if arguments.strict else None
    icons = chosen_icons(
        contents,
        lambda name: shows_a_thing(name, brands) and not (phrases and phrases.found_in(name)),
    )
    icons = first_of_each_name(icons, arguments.limit)
    kept = write_pictures(arguments.directory, icons, contents)
    write_names(arguments.directory / "icons.csv", kept)
    facts = {prefix: facts for prefix, (facts, _) in sets.items()}
    write_json_atomically(
        arguments.directory / "ATTRIBUTION.json",
        {"strict": arguments.strict, "package": f"{ICONS.package} {ICONS.version}"}
        | attribution(kept, facts),
    )
    names = len({icon.name for icon in kept})
    print(f"{len(kept)} pictures of {names} names, {len({icon.set for icon in kept})} sets")


def parse_arguments() -> argparse.Namespace:
    """Returns directory, limit, strict and packages."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("directory", type=Path, help="where to write")
    parser.add_argument("--limit", type=int, default=None, help="most pictures; default all")
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--strict", action="store_true", default=True, help="the default")
    choice.add_argument("--all", action="store_false", dest="strict", help="every name")
    parser.add_argument("--packages", type=Path, default=cache_directory() / "packages")
    return parser.parse_args()


def chosen_icons(
    contents: Mapping[str, Mapping[str, Any]], wanted: Callable[[str], bool]
) -> list[Icon]:
    """Returns the icons whose cleaned name is plain English letters and wanted, one a set and name.

    Args:
        contents: sets as their packages have them, by prefix.
        wanted: says of a cleaned name whether it may be shown.
    """
    found: dict[tuple[str, str], Icon] = {}
    for prefix, content in sorted(contents.items()):
        for icon, facts in content["icons"].items():
            name = clean_icon_name(icon)
            if PLAIN.fullmatch(name) and not facts.get("hidden"):
                found.setdefault((prefix, name), Icon(prefix, icon, name))
    kept = {name for name in {icon.name for icon in found.values()} if wanted(name)}
    return sorted(icon for icon in found.values() if icon.name in kept)


def first_of_each_name(icons: Iterable[Icon], limit: int | None) -> list[Icon]:
    """Returns at most `limit` icons: every name's first drawing, then every second, and so on.

    The sets of a name are taken in an order that depends on the name, so that no set comes first.
    """
    by_name: dict[str, list[Icon]] = defaultdict(list)
    for icon in icons:
        by_name[icon.name].append(icon)
    order = [
        (place, _mixed(icon), icon)
        for drawings in by_name.values()
        for place, icon in enumerate(sorted(drawings, key=_mixed))
    ]
    return sorted(icon for _, _, icon in sorted(order)[:limit])


def _mixed(icon: Icon) -> str:
    return hashlib.sha256(f"{icon.name}/{icon.set}".encode()).hexdigest()


def write_pictures(
    directory: Path, icons: Sequence[Icon], contents: Mapping[str, Mapping[str, Any]]
) -> list[Icon]:
    """Writes `icons.npy` from one part a set, and returns the icons that could be drawn, in order.

    A drawing that the renderer refuses, or that leaves no ink, is left out.
    """
    (directory / "parts").mkdir(parents=True, exist_ok=True)
    by_set: dict[str, list[Icon]] = defaultdict(list)
    for icon in icons:
        by_set[icon.set].append(icon)
    parts = [_part(directory / "parts", by_set[p], contents[p]) for p in sorted(by_set)]
    inked = [np.load(part, mmap_mode="r")[..., 3].any(axis=(1, 2)) for part in parts]
    kept = [
        icon
        for prefix, there in zip(sorted(by_set), inked, strict=True)
        for icon, is_there in zip(by_set[prefix], there, strict=True)
        if is_there
    ]
    with replaced(directory / "icons.npy") as path, path.open("wb") as file:
        header = {"descr": "|u1", "fortran_order": False, "shape": (len(kept), SIDE, SIDE, 4)}
        np.lib.format.write_array_header_1_0(file, header)
        for part, there in zip(parts, inked, strict=True):
            file.write(np.load(part)[there].tobytes())
    return kept


def _part(directory: Path, icons: Sequence[Icon], content: Mapping[str, Any]) -> Path:
    """Returns the file of a set's pictures, drawn now unless the same icons were drawn before."""
    bodies = [json.dumps(content["icons"][icon.icon], sort_keys=True) for icon in icons]
    digest = hashlib.sha256("\n".join(bodies).encode()).hexdigest()[:12]
    path = directory / f"{icons[0].set}-{digest}.npy"
    if not path.is_file():
        pictures = np.stack([_picture(content, icon.icon) for icon in icons])
        with replaced(path) as staged, staged.open("wb") as file:
            np.save(file, pictures)
        print(f"{icons[0].set}: {len(icons)}", flush=True)
    return path


def _picture(content: Mapping[str, Any], icon: str) -> np.ndarray:
    try:
        return np.asarray(draw(svg_of(content, content["icons"][icon]), SIDE))
    except ValueError:
        return np.zeros((SIDE, SIDE, 4), dtype=np.uint8)


def write_names(path: Path, icons: Sequence[Icon]) -> None:
    """Writes set, icon and name of each row."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["set", "icon", "name"])
    writer.writerows([icon.set, icon.icon, icon.name] for icon in icons)
    write_text_atomically(path, text.getvalue())


def attribution(icons: Sequence[Icon], facts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Returns the number of pictures and names, and author, licence and count of each set."""
    counts = Counter(icon.set for icon in icons)
    sets = [
        {
            "set": prefix,
            "title": facts[prefix]["name"],
            "author": facts[prefix]["author"],
            "licence": facts[prefix]["license"],
            "icons": count,
        }
        for prefix, count in sorted(counts.items())
    ]
    return {"icons": len(icons), "names": len({icon.name for icon in icons}), "sets": sets}


if __name__ == "__main__":
    main()
