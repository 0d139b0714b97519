"""Batches: the order of rows, memory that runs out, and lower precision."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from support.tiny_encoders import TEXTS, write_student

from tomclip.core.errors import EncoderUnavailable
from tomclip.encoders.embed import consecutive, encode_batches
from tomclip.encoders.student.encoder import Student

CPU_MESSAGE = "[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory"


def limited(most: int, failure: Exception) -> tuple[Callable[[np.ndarray], torch.Tensor], list]:
    """Returns an encoder of row numbers that fails above `most` rows, and the sizes it got."""
    sizes: list[int] = []

    def encode(rows: np.ndarray) -> torch.Tensor:
        sizes.append(len(rows))
        if len(rows) > most:
            raise failure
        return torch.from_numpy(rows).float()[:, None]

    return encode, sizes


def test_rows_come_back_in_their_own_order() -> None:
    order = np.array([4, 0, 3, 1, 2])
    encode, _ = limited(9, RuntimeError())
    found = encode_batches(encode, consecutive(order, 2), dimension=1)
    assert found[:, 0].tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    "failure", [torch.OutOfMemoryError("CUDA"), RuntimeError(CPU_MESSAGE), MemoryError()]
)
def test_a_batch_that_does_not_fit_is_halved_and_later_ones_too(
    failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    encode, sizes = limited(2, failure)
    seen: list[tuple[int, int]] = []
    with caplog.at_level(logging.WARNING):
        found = encode_batches(
            encode,
            consecutive(np.arange(10), 8),
            dimension=1,
            on_progress=lambda *step: seen.append(step),
        )
    assert found[:, 0].tolist() == list(range(10))
    assert sizes == [8, 4, 2, 2, 2, 2, 2]
    assert seen == [(2, 10), (4, 10), (6, 10), (8, 10), (10, 10)]
    assert "going on with 2" in caplog.text


def test_one_item_that_does_not_fit_is_one_sentence() -> None:
    encode, _ = limited(0, RuntimeError(CPU_MESSAGE))
    with pytest.raises(EncoderUnavailable, match="not even one item fits in memory"):
        encode_batches(encode, [np.arange(3)], dimension=1)


def test_any_other_error_is_not_hidden() -> None:
    encode, sizes = limited(0, RuntimeError("shapes differ"))
    with pytest.raises(RuntimeError, match="shapes differ"):
        encode_batches(encode, [np.arange(3)], dimension=1)
    assert sizes == [3]


def test_bf16_stays_close_and_comes_back_as_float32(tmp_path: Path) -> None:
    student = Student.from_directory(write_student(tmp_path / "student"))
    full = student.embed_texts(TEXTS).vectors
    low = student.embed_texts(TEXTS, precision="bf16").vectors
    assert low.dtype == np.float32
    assert 0 < np.abs(low - full).max() < 0.02
    np.testing.assert_array_equal(student.embed_texts(TEXTS).vectors, full)
