"""What is no archive of arrays is named so, and nobody is told to trust it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tomclip.core.errors import InputError
from tomclip.core.reading.arrays import npz_archive


@pytest.mark.parametrize("kept", [0, 4, 100])
def test_a_file_cut_short_is_no_whole_archive(tmp_path: Path, kept: int) -> None:
    file = tmp_path / "vectors.npz"
    np.savez(file, vectors=np.eye(3))
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(InputError, match="no whole"), npz_archive(file):
        pass


def test_nonsense_is_never_taken_for_pickled_data(tmp_path: Path) -> None:
    file = tmp_path / "vectors.npz"
    file.write_bytes(b"not vectors at all")
    with pytest.raises(InputError) as refused, npz_archive(file):
        pass
    assert "pickle" not in str(refused.value)


def test_an_archive_is_read(tmp_path: Path) -> None:
    np.savez(tmp_path / "vectors.npz", vectors=np.eye(3))
    with npz_archive(tmp_path / "vectors.npz") as stored:
        np.testing.assert_array_equal(stored["vectors"], np.eye(3))
