"""Snapshots: what comes back, what a half file does, and the ones that ship with the students."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from ship_student import AGREEMENT, largest_difference, spread_steps
from support.tiny_encoders import write_student

from tomclip.core.errors import InputError, RunError
from tomclip.core.files import atomic
from tomclip.core.files.manifests import verify_directory
from tomclip.core.languages import LANGUAGES
from tomclip.core.paths import assets_directory
from tomclip.core.types import PersistenceDiagram
from tomclip.data import load_emoji
from tomclip.encoders import encoder_fingerprint
from tomclip.evaluation import sample_rows
from tomclip.runs import Snapshot, read_snapshot, snapshot_steps, truncate_snapshots, write_snapshot
from tomclip.runs.snapshots import snapshot_folder
from tomclip.topology import persistence_diagrams

SHIPPED = ("mclip", "tomclip", "tomclip_exact")


def snapshot(step: int = 0, *, codes: Sequence[str] = ("en", "ko"), n: int = 12) -> Snapshot:
    """Returns a snapshot of random clouds with their vectors; a step has its own."""
    random = np.random.default_rng(step)
    clouds = {code: random.normal(size=(n, 5)) for code in codes}
    diagrams = {code: persistence_diagrams(cloud) for code, cloud in clouds.items()}
    vectors = {code: cloud.astype(np.float16) for code, cloud in clouds.items()}
    return Snapshot(step, np.arange(n) * 3, diagrams, vectors)


def diagrams(deaths: Sequence[float], bars: Sequence[Sequence[float]] | np.ndarray) -> tuple:
    pairs = np.column_stack([np.zeros(len(deaths)), deaths])
    loops = np.array(bars, dtype=float).reshape(-1, 2)
    n = len(deaths)
    return (
        PersistenceDiagram(pairs, 0, "euclidean", n),
        PersistenceDiagram(loops, 1, "euclidean", n),
    )


def test_a_hand_made_snapshot_comes_back(tmp_path: Path) -> None:
    square = diagrams([1.0, 1.0, 1.0, np.inf], [[1.0, 2.0]])
    line = diagrams([0.0, 1.0, 1.0, np.inf], [])
    write_snapshot(tmp_path, Snapshot(7, np.array([4, 0, 9, 2]), {"ko": square, "en": line}))
    found = read_snapshot(tmp_path, 7)
    assert (found.step, found.metric, found.languages) == (7, "euclidean", ("ko", "en"))
    assert found.concepts.tolist() == [4, 0, 9, 2]
    assert found.vectors == {}
    assert found.diagrams["ko"][0].pairs.tolist() == [[0, 1], [0, 1], [0, 1], [0, np.inf]]
    assert found.diagrams["ko"][1].pairs.tolist() == [[1, 2]]
    assert found.diagrams["en"][0].pairs.tolist() == [[0, 0], [0, 1], [0, 1], [0, np.inf]]
    assert found.diagrams["en"][1].pairs.shape == (0, 2)
    assert {d.n_points for pair in found.diagrams.values() for d in pair} == {4}


def test_vectors_come_back_to_the_last_bit(tmp_path: Path) -> None:
    written = snapshot(3)
    write_snapshot(tmp_path, written)
    found = read_snapshot(tmp_path, 3)
    for code, vectors in written.vectors.items():
        assert found.vectors[code].dtype == np.float16
        np.testing.assert_array_equal(found.vectors[code], vectors)
    assert read_snapshot(tmp_path, 3, with_vectors=False).vectors == {}


@given(
    deaths=arrays(float, 5, elements=st.floats(0.0, 4.0)),
    bars=arrays(float, st.tuples(st.integers(0, 6), st.just(2)), elements=st.floats(0.0, 4.0)),
)
def test_lengths_keep_seven_digits(
    deaths: np.ndarray, bars: np.ndarray, tmp_path_factory: pytest.TempPathFactory
) -> None:
    written = Snapshot(0, np.arange(6), {"en": diagrams([*np.sort(deaths), np.inf], bars)})
    folder = tmp_path_factory.mktemp("run")
    write_snapshot(folder, written)
    for a, b in zip(written.diagrams["en"], read_snapshot(folder, 0).diagrams["en"], strict=True):
        np.testing.assert_allclose(b.pairs, a.pairs, rtol=1e-7, atol=1e-30)


def test_only_whole_snapshots_are_listed(tmp_path: Path) -> None:
    for step in (100, 0, 25):
        write_snapshot(tmp_path, snapshot(step))
    folder = snapshot_folder(tmp_path)
    whole = (folder / "step_25.npz").read_bytes()
    (folder / "step_50.npz").write_bytes(whole[: len(whole) // 2])
    for name in ("step_07.npz", "step_8.npz.bak", ".step_9.npz-x1", "step_x.npz", "notes.txt"):
        (folder / name).write_bytes(whole)
    assert snapshot_steps(tmp_path) == (0, 25, 100)


def test_a_missing_and_a_damaged_step_are_one_sentence_each(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no snapshot of step 5; recorded are: none"):
        read_snapshot(tmp_path, 5)
    file = write_snapshot(tmp_path, snapshot(0))
    with pytest.raises(RunError, match="no snapshot of step 5; recorded are: 0"):
        read_snapshot(tmp_path, 5)
    whole = file.read_bytes()
    for damaged in (b"", whole[:-30], whole[:200] + b"?" * 50 + whole[250:]):
        file.write_bytes(damaged)
        with pytest.raises(RunError, match=r"step_0\.npz is damaged"):
            read_snapshot(tmp_path, 0)


def test_pickles_are_not_loaded(tmp_path: Path) -> None:
    file = write_snapshot(tmp_path, snapshot(0))
    with np.load(file) as stored:
        arrays_ = dict(stored)
    np.savez(file, **{**arrays_, "languages": np.array(["en", "ko"], dtype=object)})
    with pytest.raises(RunError, match="damaged"):
        read_snapshot(tmp_path, 0)


def test_a_write_that_fails_leaves_the_old_snapshot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_snapshot(tmp_path, snapshot(0))
    before = file.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(atomic.os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        write_snapshot(tmp_path, snapshot(0, codes=("de",)))
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def test_snapshots_after_a_step_can_be_dropped(tmp_path: Path) -> None:
    for step in (0, 5, 10):
        write_snapshot(tmp_path, snapshot(step))
    truncate_snapshots(tmp_path, after_step=5)
    assert snapshot_steps(tmp_path) == (0, 5)


def test_a_run_its_checkpoint_and_a_shipped_student_name_their_folder(tmp_path: Path) -> None:
    run, student = tmp_path / "run", tmp_path / "student"
    (student / "snapshots").mkdir(parents=True)
    for path in (run, student):
        write_snapshot(path, snapshot(2))
    assert (run / "artifacts" / "snapshots" / "step_2.npz").is_file()
    assert (student / "snapshots" / "step_2.npz").is_file()
    assert snapshot_steps(run / "checkpoints" / "best") == snapshot_steps(student) == (2,)


def test_snapshots_beside_a_student_leave_its_fingerprint(tmp_path: Path) -> None:
    student = write_student(tmp_path / "student")
    before = encoder_fingerprint(str(student))
    (student / "snapshots").mkdir()
    write_snapshot(student, snapshot(0))
    assert encoder_fingerprint(str(student)) == before


@pytest.mark.parametrize(
    ("diagrams_of", "sentence"),
    [
        (lambda cloud: persistence_diagrams(cloud[:8]), "of all 12 concepts"),
        (lambda cloud: persistence_diagrams(cloud, max_dimension=0), "H0 and H1"),
        (lambda cloud: persistence_diagrams(cloud, metric="euclidean"), "by cosine distance"),
    ],
)
def test_diagrams_that_do_not_fit_are_refused(diagrams_of, sentence: str) -> None:
    whole, cloud = snapshot(0), np.random.default_rng(1).normal(size=(12, 5))
    with pytest.raises(InputError, match=sentence):
        Snapshot(0, whole.concepts, {**whole.diagrams, "de": diagrams_of(cloud)})


def test_vectors_that_do_not_fit_are_refused() -> None:
    whole = snapshot(0)
    for vectors in ({"en": whole.vectors["en"]}, {**whole.vectors, "ko": np.zeros((3, 5))}):
        with pytest.raises(InputError, match="for each of en, ko, or none"):
            Snapshot(0, whole.concepts, whole.diagrams, vectors)


def test_a_snapshot_of_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="at least one language"):
        Snapshot(0, np.arange(3), {})


def test_shipped_steps_lie_close_together_at_first() -> None:
    assert spread_steps(range(0, 1501, 25), 6) == (0, 50, 250, 550, 950, 1500)
    assert spread_steps((0, 3, 4), 20) == (0, 3, 4)
    with pytest.raises(RunError, match="probe_every_steps"):
        spread_steps((), 20)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_student_has_its_diagrams_from_the_first_to_the_last_step(name: str) -> None:
    folder = assets_directory() / "emoji" / "students" / name
    steps = snapshot_steps(folder)
    assert (steps[0], steps[1], steps[-1]) == (0, 25, 1500)
    assert len(steps) == 10
    assert len(verify_directory(folder / "snapshots")["files"]) == len(steps)
    rows = load_emoji().rows("unseen")
    for step in steps:
        found = read_snapshot(folder, step)
        assert found.step == step
        assert found.languages == LANGUAGES
        assert found.metric == "cosine"
        assert np.array_equal(found.concepts, rows[sample_rows(len(rows))])


@pytest.mark.parametrize("name", SHIPPED)
def test_the_last_shipped_snapshot_is_the_shape_of_the_shipped_student(name: str) -> None:
    folder = assets_directory() / "emoji" / "students" / name
    first, last = (
        dataclasses.replace(found, diagrams={code: found.diagrams[code] for code in ("en", "ko")})
        for found in (read_snapshot(folder, step) for step in (25, 1500))
    )
    assert largest_difference(name, last) <= AGREEMENT
    assert largest_difference(name, first) > 20 * AGREEMENT


def test_the_shipped_snapshots_take_half_a_megabyte_per_student() -> None:
    students = [*(assets_directory() / "emoji" / "students").iterdir()]
    sizes = [file.stat().st_size for one in students for file in one.glob("snapshots/*")]
    assert sum(sizes) < 550_000 * len(students)
