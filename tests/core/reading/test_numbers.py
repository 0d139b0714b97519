"""Arrays are read as the numbers they are, or refused in a sentence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tomclip.core.errors import InputError
from tomclip.core.reading.numbers import real_array, unit_rows
from tomclip.geometry import distance_matrix

ROWS = [[1.0, -2.0], [0.5, 3.0]]


@pytest.mark.parametrize(
    "values",
    [
        ROWS,
        np.array(ROWS, dtype=np.float16),
        np.array(ROWS, dtype=">f8"),
        np.ma.masked_invalid(ROWS),
        torch.tensor(ROWS, dtype=torch.bfloat16),
        torch.tensor(ROWS, dtype=torch.float8_e4m3fn),
        torch.tensor(ROWS, requires_grad=True),
    ],
    ids=["lists", "float16", "big endian", "nothing masked", "bfloat16", "float8", "gradient"],
)
def test_every_kind_of_real_number_is_read_as_it_is(values: Any) -> None:
    np.testing.assert_array_equal(real_array(values, "vectors"), ROWS)


def test_whole_numbers_and_booleans_are_numbers() -> None:
    np.testing.assert_array_equal(real_array([[True, False]], "vectors"), [[1.0, 0.0]])
    assert real_array(np.arange(3, dtype=np.uint8), "rows", dtype=np.float32).dtype == np.float32


def test_floats_can_keep_their_width() -> None:
    assert real_array(np.zeros(2, np.float16), "vectors", dtype=None).dtype == np.float16
    assert real_array([1, 2], "vectors", dtype=None).dtype == np.float64


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.ma.array(ROWS, mask=[[False, True], [False, False]]), "1 masked values"),
        (np.array([[1j, 1]]), "complex numbers"),
        (np.array([["1.5", "2"]]), "text"),
        (np.array([[b"1.5"]]), "bytes"),
        (np.array([[None, 1.0]], dtype=object), "Python objects"),
        (np.array(["2020-01-01"], dtype="datetime64[D]"), "dates"),
        ([[1.0], [1.0, 2.0]], "different lengths"),
        (np.array([1e300]), r"1e\+300, too large for float32"),
    ],
)
def test_what_is_no_real_number_is_refused(values: Any, words: str) -> None:
    with pytest.raises(InputError, match=rf"vectors .*{words}"):
        real_array(values, "vectors", dtype=np.float32)


def test_a_masked_or_complex_cloud_has_no_distances() -> None:
    with pytest.raises(InputError, match="masked"):
        distance_matrix(np.ma.array(ROWS, mask=True))
    with pytest.raises(InputError, match="complex"):
        distance_matrix(np.array(ROWS) * 1j)
    with pytest.raises(InputError, match="text"):
        distance_matrix(np.array([["1", "2"], ["3", "4"]]))


@given(st.integers(-290, 290), st.integers(-20, 20))
def test_unit_rows_do_not_depend_on_the_rows_size(exponent: int, other: int) -> None:
    rows = np.array([[3.0, 4.0], [-5.0, 12.0]])
    expected = [[0.6, 0.8], [-5 / 13, 12 / 13]]
    np.testing.assert_allclose(unit_rows(rows * 10.0**exponent), expected, rtol=1e-15)
    single = (rows * 10.0**other).astype(np.float32)
    assert unit_rows(single).dtype == np.float32
    np.testing.assert_allclose(unit_rows(single), expected, rtol=1e-6)


def test_scaling_by_a_power_of_two_costs_no_digit() -> None:
    rows = np.random.default_rng(0).normal(size=(50, 8)).astype(np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    np.testing.assert_array_equal(unit_rows(rows), rows / lengths)
    np.testing.assert_array_equal(unit_rows(rows * 2.0**60), rows / lengths)


def test_a_zero_row_is_refused_or_stays() -> None:
    rows = np.array([[0.0, 2.0], [0.0, 0.0]])
    with pytest.raises(InputError, match="row 1 of 2 is the zero vector"):
        unit_rows(rows)
    np.testing.assert_array_equal(unit_rows(rows, allow_zero=True), [[0, 1], [0, 0]])
    assert unit_rows(np.empty((0, 3))).shape == (0, 3)
