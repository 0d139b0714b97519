"""Maps of captions and pictures: which points, and their places, computed beside the page."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import streamlit as st

from tomclip.core.types import Embeddings
from tomclip.data.emoji import Subset
from tomclip.geometry.layouts.parameters import Layout, Pca, Umap
from tomclip.ui.computing import cached
from tomclip.ui.computing.jobs import Job, JobBoard, Report, counted
from tomclip.ui.computing.map_cache import map_key, read_map, store_map
from tomclip.ui.computing.shipped_maps import PICTURES, shipped_maps

LOW_PRIORITY = 10
DISPARITY_READING = (
    "The Procrustes disparity is what turning, reflecting, scaling and shifting did not take away: "
    "the squared distances left between the same points, as a share of the spread of the map they "
    "were laid onto, from 0 (one shape) to 1 (nothing in common)."
)


@dataclass(frozen=True)
class MapChoice:
    """Everything that decides which points a map shows and where they lie, but for the encoder.

    Attributes:
        languages: codes; `PICTURES` for the pictures.
        rendering: whose pictures.
        subset: of which the items are a seeded sample.
        concepts: how many items at most.
        layout: the method and its parameters.
        chosen: ids of the very items, in this order, in place of the sample.
        data: the page's; maps on disk are found by their vectors, so it is no part of the `repr`.
    """

    languages: tuple[str, ...]
    rendering: str
    subset: Subset
    concepts: int
    layout: Layout = field(default_factory=Umap)
    chosen: tuple[str, ...] = ()
    data: cached.DataKey = field(default_factory=cached.data_key, repr=False)

    @property
    def rows(self) -> np.ndarray:
        """The rows of the items that are shown in every language that has them."""
        if not self.chosen:
            return cached.sampled_rows(self.subset, self.concepts, self.data)
        places = {one: row for row, one in enumerate(cached.dataset(self.data).ids)}
        return np.array([places[one] for one in self.chosen if one in places], dtype=int)


def map_rows(choice: MapChoice) -> list[np.ndarray]:
    """Returns by language the rows of the choice that have a text in it, or a picture."""
    data, rows = cached.dataset(choice.data), choice.rows
    return [
        data.pictured_rows(rows) if language == PICTURES else data.described(rows, [language])
        for language in choice.languages
    ]


def map_vector_jobs(encoders: Sequence[str], choice: MapChoice) -> list[Job[Embeddings]]:
    """Returns the jobs of all vectors of the maps' points."""
    return [
        cached.picture_vectors_job(name, choice.rendering, choice.data)
        if language == PICTURES
        else cached.text_vectors_job(name, language, choice.data)
        for name in encoders
        for language in choice.languages
    ]


def needed_vector_jobs(encoders: Sequence[str], choice: MapChoice) -> list[Job[Embeddings]]:
    """Returns the jobs of the vectors that the maps need: none where all of them ship."""
    if len(shipped_maps(encoders, choice)) == len(encoders):
        return []
    return map_vector_jobs(encoders, choice)


def map_vectors(encoder: str, choice: MapChoice) -> np.ndarray:
    """Returns (n, d) unit vectors: for every language the sampled items' texts or pictures."""
    clouds = [
        cached.pictures_of(encoder, choice.rendering, rows, choice.data)
        if language == PICTURES
        else cached.texts_of(encoder, language, rows, choice.data)
        for language, rows in zip(choice.languages, map_rows(choice), strict=True)
    ]
    return np.concatenate([cloud.vectors for cloud in clouds])


def map_points(choice: MapChoice) -> pd.DataFrame:
    """Returns one row per point: item's row, id, language, its words, title, category."""
    data, by_language = cached.dataset(choice.data), map_rows(choice)
    rows = np.concatenate(by_language)
    codes = np.repeat(choice.languages, [len(rows) for rows in by_language])
    texts = {code: data.names[code] if code else data.titles for code in choice.languages}
    concepts = data.concepts.iloc[rows]
    return pd.DataFrame(
        {
            "concept": rows,
            "id": concepts["id"].to_numpy(),
            "language": codes,
            "words": [texts[code][row] for code, row in zip(codes, rows, strict=True)],
            "english": [data.titles[row] for row in rows],
            "category": concepts["category"].to_numpy(),
        }
    )


def map_jobs(encoders: Sequence[str], choice: MapChoice) -> dict[str, Job[np.ndarray]]:
    """Returns the job of each encoder's map (n, 2); every map starts from the first one.

    The vectors must be there: see `needed_vector_jobs`.
    """
    shipped = shipped_maps(encoders, choice)
    jobs: dict[str, Job[np.ndarray]] = {}
    for name in encoders:
        first = next(iter(jobs.values()), None)
        if name in shipped:
            key, board = _job_key(name, choice, first), _board(choice)
            known = board.known(key)  # the same one again: the maps that start from it know it
            jobs[name] = known or board.keep(key, _title(name), shipped[name])
        else:
            jobs[name] = _map_job(name, choice, first)
    return jobs


def _board(choice: MapChoice) -> JobBoard:
    """Returns the board of the maps; principal components wait for no other map."""
    return cached.board("components" if isinstance(choice.layout, Pca) else "maps")


def _job_key(encoder: str, choice: MapChoice, first: Job[np.ndarray] | None) -> Hashable:
    return (encoder, cached.fingerprints(encoder), choice, first)


def _title(encoder: str) -> str:
    return f"Map of {cached.encoder_title(encoder)}"


def _map_job(encoder: str, choice: MapChoice, first: Job[np.ndarray] | None) -> Job[np.ndarray]:
    key, title, board = _job_key(encoder, choice, first), _title(encoder), _board(choice)
    known = board.known(key)
    if known is not None and not known.failure_was_seen:  # its vectors need not be read again
        return board.start(key, title, lambda report: known.future.result())
    vectors = map_vectors(encoder, choice)

    def work(report: Report) -> np.ndarray:
        report(0.0, "starting")
        initial = None if first is None else first.result()
        key = map_key(vectors, choice.layout, initial)
        xy = read_map(key)
        if xy is None:
            xy = _project(vectors, choice, initial, report)
            store_map(key, xy)
        return xy

    if known is None and (kept := _kept_map(vectors, choice, first)) is not None:
        return board.keep(key, title, kept)
    return board.start(key, title, work)


def _kept_map(
    vectors: np.ndarray, choice: MapChoice, first: Job[np.ndarray] | None
) -> np.ndarray | None:
    """Returns the map (n, 2) that lies on disk: it need not wait its turn behind what computes."""
    if first is None:
        return read_map(map_key(vectors, choice.layout, None))
    if not first.done or first.failure is not None:
        return None
    return read_map(map_key(vectors, choice.layout, first.result()))


def _project(
    vectors: np.ndarray, choice: MapChoice, initial: np.ndarray | None, report: Report
) -> np.ndarray:
    from tomclip.geometry import lay_out

    return lay_out(vectors, choice.layout, initial=initial, on_progress=counted(report))


def prepare_maps() -> None:
    """Has UMAP compiled while a person reads, so that the first map is there sooner.

    It is done on the maps' own board, once: a map that is asked for meanwhile waits for what it
    would have to compile itself.
    """
    cached.board("maps").start("prepare", "Preparing UMAP", lambda report: compile_umap())


def compile_umap() -> None:
    """Maps a small cloud in a thread of low priority, which compiles all that a map needs."""
    compiler = threading.Thread(target=_compile_umap, name="tomclip-umap", daemon=True)
    compiler.start()
    compiler.join()


def _compile_umap() -> None:
    import numba

    from tomclip.geometry import project

    numba.get_num_threads()  # starts numba's own threads, which would inherit the low priority
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOW_PRIORITY)
    cloud = np.random.default_rng(0).normal(size=(40, 8))
    project(cloud, initial=project(cloud))


@st.cache_resource(max_entries=16, show_spinner=False)
def _components(encoder: str, fingerprint: str, choice: MapChoice) -> np.ndarray:
    from tomclip.geometry import lay_out

    return lay_out(map_vectors(encoder, choice), Pca(choice.layout.metric))


def principal_components(encoder: str, choice: MapChoice) -> np.ndarray:
    """Returns the PCA map (n, 2) of the same points, at once: shown while another one works."""
    return _components(encoder, cached.fingerprints(encoder), choice)
