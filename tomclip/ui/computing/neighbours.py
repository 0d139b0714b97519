"""How much the neighbours of captions change between two encoders, language by language."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tomclip.geometry import NeighbourChange
from tomclip.ui.computing import cached
from tomclip.ui.computing.jobs import Job, Report, counted
from tomclip.ui.computing.maps import MapChoice, map_rows, map_vectors

MOST_ITEMS = 4_000
"""Of a language: every pair of them is compared."""

Changes = Mapping[str, NeighbourChange]


def change_job(encoder: str, other: str, choice: MapChoice, neighbours: int) -> Job[Changes]:
    """Returns, by language, how much the nearest neighbours of every item change.

    Neighbours are sought among the items of the same language, in the original space. The vectors
    must be there: see `maps.map_vector_jobs`.

    Args:
        encoder, other: names.
        choice: which items; the metric is that of its layout.
        neighbours: of an item, at least 1, fewer than there are items.
    """
    clouds = [map_vectors(name, choice) for name in (encoder, other)]
    ends = np.cumsum([len(rows) for rows in map_rows(choice)])[:-1]

    def work(report: Report) -> Changes:
        from tomclip.geometry import neighbour_change

        tell = counted(report, "languages")
        found: dict[str, NeighbourChange] = {}
        parts = zip(*(np.split(cloud, ends) for cloud in clouds), strict=True)
        for number, (code, (first, second)) in enumerate(zip(choice.languages, parts, strict=True)):
            tell(number, len(choice.languages))
            found[code] = neighbour_change(first, second, k=neighbours, metric=choice.layout.metric)
        return found

    names = (encoder, other)
    facts = (
        choice.data,
        choice.languages,
        choice.rendering,
        choice.subset,
        choice.concepts,
        choice.chosen,
    )
    key = (
        names,
        tuple(map(cached.fingerprints, names)),
        facts,
        choice.layout.metric,
        neighbours,
    )
    title = f"Neighbours under {cached.encoder_title(other)}"
    return cached.board("neighbours").start(key, title, work)


def joined_change(changes: Changes) -> np.ndarray:
    """Returns the change (n,) of every point of a map, language after language."""
    return np.concatenate([one.change for one in changes.values()])
