"""Which picture belongs to which item, and whether every picture can be opened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import pandas as pd

from tomclip.core.errors import InputError
from tomclip.core.reading.characters import composed
from tomclip.core.reading.pictures import open_picture
from tomclip.data.pictures import first_of
from tomclip.workspaces.reading.limits import Limits


def matched_pictures(
    items: pd.DataFrame, named: Mapping[str, str], pictures: Mapping[str, Path]
) -> tuple[dict[str, Path], list[str]]:
    """Returns the picture file of every item that has one, and the names of the pictures left.

    A picture is found by the name that the table gives, with or without its folders; without such
    a column by the item's id, with or without the ending.

    Args:
        items: With the column item.
        named: By item, the name of its picture in the table; empty without such a column.
        pictures: By name, as `Sources` has them.

    Raises:
        InputError: when files that the table names are missing, no picture fits any item, or a
            name fits several pictures.
    """
    if not pictures:
        return {}, []
    wanted = dict(named) or {item: item for item in items["item"]}
    known = _names(pictures)
    found = {
        item: known[key]
        for item, name in wanted.items()
        if (key := _first_known(_key(name), known)) is not None
    }
    missing = [name for item, name in wanted.items() if item not in found]
    if named and missing:
        raise InputError(
            f"{len(missing)} of {len(wanted)} pictures that the table names did not come: "
            f"{first_of(missing)}; give their files, or leave that column out"
        )
    if not found:
        raise InputError(
            f"none of the {len(pictures)} pictures has the id of an item as its name (pictures: "
            f"{first_of(list(pictures), 3)}; ids: {first_of(list(items['item'])[:3], 3)}); name "
            "the files so, or add a column with their names"
        )
    for item, names in found.items():
        if len(names) > 1:
            raise InputError(
                f"{wanted[item]} is the name of {len(names)} pictures ({first_of(names, 3)}); "
                "write their folders too"
            )
    used = {item: names[0] for item, names in found.items()}
    spare = sorted(set(pictures) - set(used.values()))
    return {item: pictures[name] for item, name in used.items()}, spare


def stem_of(name: str) -> str:
    """Returns a picture's name, folders included, without its ending."""
    return PurePosixPath(name).with_suffix("").as_posix()


def require_readable(pictures: Mapping[str, Path], limits: Limits) -> None:
    """Opens every picture; raises InputError with the first of those that are damaged."""
    damaged: dict[str, str] = {}
    for item, path in pictures.items():
        try:
            open_picture(path, largest_side=limits.picture_side)
        except InputError as error:
            damaged[item] = str(error)
    if damaged:
        first = next(iter(damaged.values())).removeprefix(f"{pictures[next(iter(damaged))]}")
        names = [pictures[item].name for item in damaged]
        raise InputError(
            f"{len(damaged)} of {len(pictures)} pictures cannot be taken: {first_of(names)} (the "
            f"first{first.partition(';')[0].replace(':', '', 1)}); replace them or leave them out"
        )


def _names(pictures: Mapping[str, Path]) -> dict[str, list[str]]:
    """Returns the pictures that every way of writing a name means, the whole name before others."""
    known: dict[str, list[str]] = defaultdict(list)
    for ways in (_whole, _without_ending, _without_folders, _bare):
        later: dict[str, list[str]] = defaultdict(list)
        for name in pictures:
            later[_key(ways(name))].append(name)
        for key, names in later.items():
            known.setdefault(key, names)
    return dict(known)


def _first_known(key: str, known: Mapping[str, list[str]]) -> str | None:
    """Returns the name as it is known, with or without the folders that the table writes."""
    return next((way for way in (key, _without_folders(key)) if way in known), None)


def _key(name: str) -> str:
    plain = composed(name.strip()).replace("\\", "/")
    return PurePosixPath(plain).as_posix().removeprefix("./")


def _whole(name: str) -> str:
    return name


def _without_ending(name: str) -> str:
    return stem_of(name)


def _without_folders(name: str) -> str:
    return PurePosixPath(name).name


def _bare(name: str) -> str:
    return PurePosixPath(name).stem
