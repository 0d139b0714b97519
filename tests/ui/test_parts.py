"""The parts of the interface that work without a page: jobs, map cache and queries."""

from __future__ import annotations

import io
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tomclip.core.errors import InputError
from tomclip.core.progress import begin
from tomclip.core.types import DistanceMatrix, Embeddings
from tomclip.geometry.layouts.parameters import Umap
from tomclip.ui.computing import map_cache
from tomclip.ui.computing.jobs import Cancelled, JobBoard, Report, counted
from tomclip.ui.pages.topology.sparsification import paper_threshold
from tomclip.ui.pages.zero_shot.queries import LARGEST_SIDE, ranking, read_picture


def test_a_job_is_done_once_and_found_again_by_its_key() -> None:
    board, calls = JobBoard(), []
    jobs = [board.start("key", "Counting", lambda report: calls.append(1)) for _ in range(3)]
    jobs[0].future.result(timeout=10)
    assert jobs[0] is jobs[1] is jobs[2]
    assert calls == [1]


def test_a_job_tells_how_far_it_is() -> None:
    board, seen, go_on = JobBoard(), threading.Event(), threading.Event()

    def work(report: Report) -> str:
        report(0.25, "a quarter")
        seen.set()
        go_on.wait(10)
        return "done"

    job = board.start("key", "Counting", work)
    assert seen.wait(10)
    assert (job.fraction, job.message, job.done) == (0.25, "a quarter", False)
    go_on.set()
    assert job.future.result(timeout=10) == "done"


def test_a_job_says_its_phase_and_how_far_it_is() -> None:
    said: list[tuple[float, str]] = []
    on_progress = counted(lambda share, message: said.append((share, message)))
    on_progress(1, 20)
    begin(on_progress, "arranging points")
    on_progress(3, 4)
    assert said == [(0.05, "5 %"), (0.05, "arranging points"), (0.75, "arranging points, 75 %")]


def test_a_cancelled_job_stops_at_its_next_report_and_begins_anew_only_when_asked() -> None:
    board, begun, go_on = JobBoard(), threading.Event(), threading.Event()

    def work(report: Report) -> None:
        begun.set()
        go_on.wait(10)
        report(0.5, "half")

    job = board.start("key", "Counting", work)
    assert begun.wait(10)
    job.cancel()
    assert job.cancelled
    go_on.set()
    assert isinstance(job.future.exception(timeout=10), Cancelled)
    assert board.start("key", "Counting", work) is job
    job.forget()
    assert board.start("key", "Counting", work) is not job


def test_a_failed_job_begins_anew_once_its_error_was_seen() -> None:
    board = JobBoard()

    def fail(report: Report) -> None:
        raise InputError("the file is broken; choose another")

    job = board.start("key", "Reading", fail)
    job.future.exception(timeout=10)
    assert board.start("key", "Reading", fail) is job
    with pytest.raises(InputError, match="broken"):
        job.result()
    assert board.start("key", "Reading", fail) is not job


def test_a_board_forgets_the_outcomes_used_least_recently() -> None:
    board = JobBoard(keep=2)
    for key in "abc":
        board.start(key, key, lambda report: None).future.result(timeout=10)
    kept = board.start("c", "c", lambda report: None)
    assert kept.done
    assert not board.start("a", "a", lambda report: threading.Event().wait(0.2)).done


def test_a_map_is_found_again_by_its_vectors_and_settings() -> None:
    vectors, xy = np.ones((4, 3), np.float32), np.arange(8.0).reshape(4, 2)
    key = map_cache.map_key(vectors, Umap(neighbours=15), None)
    assert map_cache.read_map(key) is None
    assert map_cache.store_map(key, xy)
    np.testing.assert_array_equal(map_cache.read_map(key), xy)
    others = [
        (vectors * 2, Umap(neighbours=15), None),
        (vectors, Umap(neighbours=9), None),
        (vectors, Umap(neighbours=15), xy),
    ]
    assert key not in {map_cache.map_key(*other) for other in others}


def test_a_broken_map_is_computed_again() -> None:
    key = map_cache.map_key(np.zeros((1, 1)), Umap(seed=1), None)
    map_cache.store_map(key, np.zeros((3, 2)))
    map_cache.map_path(key).write_bytes(b"no map")
    assert map_cache.read_map(key) is None


def test_a_cache_that_cannot_be_written_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "file"))
    assert not map_cache.store_map("key", np.zeros((3, 2)))


def png(width: int, height: int) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height)).save(stream, "PNG")
    return stream.getvalue()


def animation(frames: int) -> bytes:
    stream = io.BytesIO()
    first, *others = (Image.new("L", (4, 4), 40 * shade) for shade in range(frames))
    first.save(stream, "GIF", save_all=True, append_images=others)
    return stream.getvalue()


def test_a_picture_file_is_read() -> None:
    assert read_picture(png(3, 2)).size == (3, 2)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a shopping list", "not a picture that can be read"),
        (b"", "not a picture that can be read"),
        (png(40, 40)[:60], "damaged"),
        (png(LARGEST_SIDE + 1, 1), "at most 8000 pixels"),
        (animation(3), "an animation of 3 frames; save the one that you mean"),
    ],
)
def test_what_is_no_picture_is_refused_in_one_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        read_picture(content)


def test_a_ranking_lists_the_chosen_rows_by_cosine() -> None:
    vectors = np.array([[1, 0], [0, 1], [0.6, 0.8], [0.8, 0.6]], np.float32)
    names = ("a", "b", "c", "d")
    candidates = Embeddings(vectors, names, names, ("en",) * 4, "text", "encoder", True)
    rows, cosines = ranking(np.array([1.0, 0.0]), candidates, np.array([1, 2, 3]))
    assert rows.tolist() == [3, 2, 1]
    np.testing.assert_allclose(cosines, [0.8, 0.6, 0.0], atol=1e-6)


def test_the_papers_threshold_by_hand() -> None:
    distances = DistanceMatrix(np.array([[0, 1, 2], [1, 0, 3], [2, 3, 0]], float), "euclidean")
    assert paper_threshold(distances) == pytest.approx(2 - 0.5 * 1)
