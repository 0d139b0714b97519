"""Pickles that hold data only: numpy arrays, text, bytes, numbers, lists and tables."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np

from tomclip.core.errors import InputError


def _latin1_bytes(text: str, encoding: str) -> bytes:
    """Returns the bytes that Python 3 writes as Latin-1 text in protocol 2."""
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"it encodes text as {encoding}")
    return text.encode("latin1")


_ARRAY_MODULES = ("numpy.core.multiarray", "numpy._core.multiarray")
_SAFE: dict[tuple[str, str], Any] = {
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    ("_codecs", "encode"): _latin1_bytes,
    **{(module, "_reconstruct"): np.zeros(0).__reduce__()[0] for module in _ARRAY_MODULES},
}


class _PlainUnpickler(pickle.Unpickler):
    """Knows the names that numpy arrays and bytes need, and none that could run code."""

    def find_class(self, module_name: str, global_name: str) -> Any:
        if (module_name, global_name) not in _SAFE:
            raise pickle.UnpicklingError(f"it names {module_name}.{global_name}")
        return _SAFE[module_name, global_name]


def read_plain_pickle(path: Path) -> dict[str, Any]:
    """Returns the table in a pickle file; text of Python 2 is read as Latin-1.

    Raises:
        InputError: when the file is missing, is no pickle of a table, or holds anything but data;
            nothing in it is ever run.
    """
    try:
        with path.open("rb") as stream:
            table = _PlainUnpickler(stream, encoding="latin1").load()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); get it again") from error
    except (pickle.UnpicklingError, EOFError, ValueError, TypeError, IndexError) as error:
        raise InputError(f"{path} is no pickle of plain data ({error}); get it again") from error
    if not isinstance(table, dict):
        raise InputError(f"{path} holds a {type(table).__name__}; a table of columns is needed")
    return table
