"""Lays out the first maps of the shipped encoders: `python scripts/ship_maps.py`.

The studio shows them at once instead of computing for seconds on first opening. They are found by
the content of the encoders and the words, so a map never outlives what it shows. With `--check`
nothing is written: it names what is missing and exits with 1.
"""

from __future__ import annotations

import sys
from itertools import permutations

import numpy as np

from tomclip.core.files.manifests import write_manifest
from tomclip.core.paths import assets_directory
from tomclip.encoders import encoder_catalogue, reads_pictures
from tomclip.ui.computing import cached
from tomclip.ui.computing.maps import MapChoice, map_jobs, map_vector_jobs
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


def keys() -> dict[str, str]:
    """Returns what ships by its key, such as "tomclip from mclip"."""
    choice, found = first_choice(), {}
    for first, *others in chains():
        start = shipped_key(first, choice, "")
        found[start] = first
        found |= {shipped_key(name, choice, start): f"{name} from {first}" for name in others}
    return found


def main() -> None:
    contents, path = keys(), shipped_path()
    if "--check" in sys.argv:
        there = read_maps(path) if path.is_file() else {}
        if missing := sorted(title for key, title in contents.items() if key not in there):
            sys.exit(f"not shipped: {', '.join(missing)}; run python scripts/ship_maps.py")
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    titles = {title: key for key, title in contents.items()}
    choice, maps = first_choice(), dict[str, np.ndarray]()
    for first, *others in chains():
        for job in map_vector_jobs([first, *others], choice):
            job.future.result()
        jobs = map_jobs([first, *others], choice)
        for name, job in jobs.items():
            title = name if name == first else f"{name} from {first}"
            maps[titles[title]] = job.future.result()
            print(f"{title:30} {len(maps[titles[title]])} points")
    write_maps(maps, path)
    facts = {"name": "emoji-maps", "command": "python scripts/ship_maps.py"}
    write_manifest(path.parent, {**facts, "contents": {"maps.npz": list(contents.values())}})
    print(f"{path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
