"""Lays out the first maps of the shipped encoders: `python scripts/ship_maps.py`.

The studio shows them at once instead of computing for seconds on first opening. They are found by
the content of the encoders and the words, so a map never outlives what it shows; those that lie
there and still are of today's content are kept, with `--anew` they are laid out again. With
`--check` nothing is written: it names what is missing and exits with 1.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations

import numpy as np

from tomclip.core.files.manifests import write_manifest
from tomclip.core.paths import assets_directory
from tomclip.encoders import encoder_catalogue, reads_pictures
from tomclip.ui.computing import cached
from tomclip.ui.computing.maps import MapChoice, map_jobs, needed_vector_jobs
from tomclip.ui.computing.shipped_maps import read_maps, shipped_key, shipped_path, write_maps
from tomclip.ui.view_state import choices

PAIRED = ("mclip", "tomclip", "tomclip_exact")
"""Whose maps ship as they start from each other's."""


def first_choice() -> MapChoice:
    """Returns what the Embeddings page shows before any choice; Compare shows the same points."""
    languages = choices.LANGUAGES.default[: choices.LANGUAGES.at_first]
    (subset,) = choices.SUBSET.default
    rendering = cached.dataset().held_out_rendering
    return MapChoice(languages, rendering, subset, int(choices.CONCEPTS.default))  # type: ignore[arg-type]


def every_language() -> MapChoice:
    """Returns the first choice after *All 13* was pressed."""
    return replace(first_choice(), languages=cached.dataset().languages)


def chains() -> list[tuple[str, ...]]:
    """Returns the encoders whose maps ship together, the one that the others start from first."""
    shipped = [
        info.name
        for info in encoder_catalogue()
        if assets_directory() in info.path.parents
        and info.kind == "student"
        and not info.lacking
        and reads_pictures(info.name)
    ]
    return [*[(name,) for name in shipped], *permutations(PAIRED, 2)]


def shipped() -> Iterator[tuple[MapChoice, tuple[str, ...]]]:
    """Yields what ships: points, and the encoders whose maps of them start from the first one's.

    Of all languages these are one map of every encoder, and those beside the first of `PAIRED`.
    """
    for names in chains():
        yield first_choice(), names
    for names in chains():
        if len(names) == 1 or names[0] == PAIRED[0]:
            yield every_language(), names


def keys(choice: MapChoice, names: tuple[str, ...]) -> dict[str, str]:
    """Returns by its key what a map is of, such as "tomclip from mclip"."""
    first, *others = names
    ending = "" if choice == first_choice() else ", all languages"
    start = shipped_key(first, choice, "")
    others_keys = {shipped_key(one, choice, start): f"{one} from {first}" for one in others}
    return {key: title + ending for key, title in {start: first, **others_keys}.items()}


def main() -> None:
    every, path = list(shipped()), shipped_path()
    contents = {key: title for one in every for key, title in keys(*one).items()}
    if "--check" in sys.argv:
        there = read_maps(path) if path.is_file() else {}
        if missing := sorted(title for key, title in contents.items() if key not in there):
            sys.exit(f"not shipped: {', '.join(missing)}; run python scripts/ship_maps.py")
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    if "--anew" in sys.argv:
        path.unlink(missing_ok=True)
    maps = dict[str, np.ndarray]()
    for choice, names in every:
        for job in needed_vector_jobs(names, choice):
            job.future.result()
        jobs = map_jobs(names, choice)
        for key, name in zip(keys(choice, names), names, strict=True):
            maps[key] = jobs[name].future.result()
            print(f"{contents[key]:40} {len(maps[key])} points", flush=True)
    write_maps(maps, path)
    facts = {"name": "emoji-maps", "command": "python scripts/ship_maps.py"}
    write_manifest(path.parent, {**facts, "contents": {"maps.npz": list(contents.values())}})
    print(f"{path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
