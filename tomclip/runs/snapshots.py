"""Snapshots: every language's diagrams at one training step, kept when its checkpoint is not.

`snapshots/step_<n>.npz` lies below a run's `artifacts/` and, for a student that ships, in the
student's own folder. A file is replaced whole, so it can be read while training writes. Lengths are
float32, which keeps seven digits; of H0 only the deaths are stored, since every birth is 0.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from tomclip.core.errors import InputError, RunError
from tomclip.core.files.atomic import write_bytes_atomically
from tomclip.core.reading.arrays import npz_archive
from tomclip.core.results import ArrayRecord, Shown
from tomclip.core.types import Diagrams, Metric, PersistenceDiagram

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "snapshots"
SCHEMA = 1
_NAME = re.compile(r"step_(0|[1-9]\d*)\.npz")
_UNREADABLE = (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Snapshot(ArrayRecord, Shown):
    """The shape of every language's cloud at one training step.

    `concepts` are (n,) rows of the data set, the points of every cloud. `diagrams` holds H0 and H1
    per language, of all n points without a cutoff, in one metric. `vectors` is empty, or holds
    (n, d) float16 embeddings of the same languages.

    Raises:
        InputError: when a diagram or an array of vectors does not fit the concepts.
    """

    step: int
    concepts: np.ndarray
    diagrams: Mapping[str, tuple[PersistenceDiagram, ...]]
    vectors: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ArrayRecord.__post_init__(self)
        if self.step < 0 or self.concepts.ndim != 1 or not self.diagrams:
            raise InputError(
                f"a snapshot of step {self.step} with concepts of shape {self.concepts.shape} and "
                f"{len(self.diagrams)} languages came; give step >= 0, one row per concept and at "
                "least one language"
            )
        for language, pair in self.diagrams.items():
            _require_full(language, pair, self.metric, len(self.concepts))
        _require_vectors(self.vectors, list(self.diagrams), len(self.concepts))

    @property
    def metric(self) -> Metric:
        """The metric of every diagram."""
        return next(iter(self.diagrams.values()))[0].metric

    @property
    def languages(self) -> tuple[str, ...]:
        """Language codes in the order recorded."""
        return tuple(self.diagrams)

    def __repr__(self) -> str:
        facts = f"{len(self.diagrams)} languages, {len(self.concepts):,} points, {self.metric}"
        return f"Snapshot(step {self.step}, {facts})"

    def to_frame(self) -> pd.DataFrame:
        """Returns one row per language and bar, as `PersistenceDiagram.to_frame`."""
        import pandas as pd

        tables = {code: Diagrams(pair).to_frame() for code, pair in self.diagrams.items()}
        return pd.concat(tables, names=["language", None]).reset_index("language")


def snapshot_folder(path: Path) -> Path:
    """Returns the folder of `step_<n>.npz` that belongs to `path`; it may not exist.

    `path` is a run, one of its checkpoints (the path of an encoder "run:<id>"), or the folder of a
    student that ships with its snapshots.
    """
    if (path / FOLDER).is_dir():
        return path / FOLDER
    run = path.parent.parent if path.parent.name == "checkpoints" else path
    return run / "artifacts" / FOLDER


def write_snapshot(path: Path, snapshot: Snapshot) -> Path:
    """Returns the file in `snapshot_folder(path)` once it is whole; the folder is made.

    A reader sees the old file of that step or the new one.

    Args:
        path: as in `snapshot_folder`.
        snapshot: what is written; an older one of the same step is replaced.

    Raises:
        OSError: when it cannot be written; an older one stays as it was.
    """
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **_arrays(snapshot))
    target = snapshot_folder(path) / f"step_{snapshot.step}.npz"
    target.parent.mkdir(parents=True, exist_ok=True)
    write_bytes_atomically(target, buffer.getvalue())
    return target


def recorded_steps(path: Path) -> tuple[int, ...]:
    """Returns the steps that have a file, whole or damaged, in ascending order.

    Args:
        path: as in `snapshot_folder`.
    """
    names = (_NAME.fullmatch(file.name) for file in snapshot_folder(path).glob("step_*"))
    return tuple(sorted(int(name[1]) for name in names if name))


def snapshot_steps(path: Path) -> tuple[int, ...]:
    """Returns the recorded steps in ascending order; empty when there are none.

    Args:
        path: as in `snapshot_folder`. Other files there, and cut-off ones, are passed over.
    """
    folder = snapshot_folder(path)
    whole = (
        step for step in recorded_steps(path) if zipfile.is_zipfile(folder / f"step_{step}.npz")
    )
    return tuple(whole)


def read_snapshot(path: Path, step: int, *, with_vectors: bool = True) -> Snapshot:
    """Returns what was recorded at `step`.

    Args:
        path: as in `snapshot_folder`.
        step: one of `snapshot_steps(path)`.
        with_vectors: False leaves the vectors on disk, which are most of the file.

    Raises:
        RunError: when that step was not recorded, or its file is damaged.
    """
    file = snapshot_folder(path) / f"step_{step}.npz"
    try:
        with npz_archive(file) as stored:
            return _snapshot(stored, with_vectors)
    except FileNotFoundError as error:
        steps = ", ".join(map(str, snapshot_steps(path))) or "none"
        raise RunError(f"{path} has no snapshot of step {step}; recorded are: {steps}") from error
    except (*_UNREADABLE, InputError) as error:
        raise RunError(f"{file} is damaged ({error}); choose another step") from error


def truncate_snapshots(path: Path, *, after_step: int) -> None:
    """Removes snapshots beyond `after_step`, which a run continued from there records again."""
    for step in recorded_steps(path):
        if step > after_step:
            (snapshot_folder(path) / f"step_{step}.npz").unlink()


def _arrays(snapshot: Snapshot) -> dict[str, Any]:
    h0, h1 = zip(*snapshot.diagrams.values(), strict=True)
    return {
        "schema": SCHEMA,
        "step": snapshot.step,
        "metric": snapshot.metric,
        "languages": np.array(snapshot.languages),
        "concepts": snapshot.concepts.astype(np.int32),
        "h0_deaths": np.stack([diagram.pairs[:, 1] for diagram in h0]).astype(np.float32),
        "h1_bars": np.concatenate([diagram.pairs for diagram in h1]).astype(np.float32),
        "h1_counts": np.array([len(diagram) for diagram in h1], dtype=np.int32),
        "vectors": np.array(
            [snapshot.vectors[code] for code in snapshot.languages if snapshot.vectors],
            dtype=np.float16,
        ),
    }


def _snapshot(stored: Mapping[str, np.ndarray], with_vectors: bool) -> Snapshot:
    if stored["schema"] != SCHEMA:
        raise ValueError(f"its schema is {stored['schema']}, known is {SCHEMA}")
    codes, concepts = stored["languages"].tolist(), stored["concepts"].astype(np.int64)
    metric = cast(Metric, str(stored["metric"]))
    bars = np.split(stored["h1_bars"].astype(np.float64), np.cumsum(stored["h1_counts"])[:-1])
    deaths = stored["h0_deaths"].astype(np.float64)
    diagrams = {
        code: Diagrams(
            (
                PersistenceDiagram(np.column_stack([np.zeros_like(row), row]), 0, metric, len(row)),
                PersistenceDiagram(pairs, 1, metric, len(row)),
            )
        )
        for code, row, pairs in zip(codes, deaths, bars, strict=True)
    }
    vectors = stored["vectors"] if with_vectors else ()
    named = dict(zip(codes, vectors, strict=True)) if len(vectors) else {}
    return Snapshot(int(stored["step"]), concepts, diagrams, named)


def _require_full(
    language: str, diagrams: tuple[PersistenceDiagram, ...], metric: Metric, n: int
) -> None:
    """Refuses what the file cannot hold: see `Snapshot`."""
    fits = [d.homology_dimension for d in diagrams] == [0, 1] and all(
        (d.metric, d.n_points, d.cutoff) == (metric, n, np.inf) for d in diagrams
    )
    if not fits or len(diagrams[0]) != n or diagrams[0].pairs[:, 0].any():
        raise InputError(
            f"the diagrams of {language!r} are not H0 and H1 of all {n} concepts by {metric} "
            "distance; give persistence_diagrams(points, max_dimension=1)"
        )


def _require_vectors(vectors: Mapping[str, np.ndarray], languages: list[str], n: int) -> None:
    shapes = sorted({array.shape for array in vectors.values()})
    one_cloud_each = len(shapes) == 1 and len(shapes[0]) == 2 and shapes[0][0] == n
    if vectors and (sorted(vectors) != sorted(languages) or not one_cloud_each):
        raise InputError(
            f"vectors came for {', '.join(vectors)} in shapes {shapes}; give ({n}, d) for each of "
            f"{', '.join(languages)}, or none"
        )
