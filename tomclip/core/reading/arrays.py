"""Archives of arrays, as numpy writes them: what is none is said to be none."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from tomclip.core.errors import InputError


@contextmanager
def npz_archive(path: Path) -> Iterator[Any]:
    """Opens an .npz file, a mapping from names to arrays; no code of it is ever run.

    numpy itself takes any file that it does not know for pickled data, and advises to trust it.

    Raises:
        InputError: when it is no .npz archive, or not a whole one.
        OSError: when it cannot be opened.
    """
    with path.open("rb") as stream:
        if not zipfile.is_zipfile(stream):
            raise InputError("it is no whole .npz archive")
        stream.seek(0)
        with np.load(stream, allow_pickle=False) as stored:
            yield stored
