"""Results that show themselves, and data classes whose fields are arrays.

`ArrayRecord` gives a frozen data class what Python's own cannot give one with arrays: a comparison
that returns a bool, a hash that agrees with it, arrays that nobody changes by accident and a `repr`
of one line. `Shown` adds a table in a notebook and a figure on request.

A figure needs plotly, which lies two layers above. `Shown.plot` reaches it by name, through
`FIGURES`, as pandas reaches its plotting backend: the one road upwards, and no import.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from html import escape
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tomclip.core.extras import extras_named

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

FIGURES = "tomclip.figures.results"
"""The module whose `plot(result, **options)` draws a result; imported when one is drawn."""

ROWS_SHOWN = 10
_HASHED = (str, bytes, int, bool, type(None), Path)
_SHORT_TUPLE = 4


class ArrayRecord:
    """Base of a frozen data class with arrays; declare it with `eq=False, repr=False`.

    Arrays become read-only views: the caller's own array stays writable and is not copied. Two
    records are equal when they are of one class and their fields hold the same, NaN in one place
    being the same as NaN in that place. Equal records have equal hashes.
    """

    __slots__ = ()

    def __post_init__(self) -> None:
        """Makes the arrays read-only; a subclass with checks of its own calls this first."""
        for name, value in _items(self):
            object.__setattr__(self, name, read_only(value))

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(self) is not type(other):
            return NotImplemented
        return all(same(value, getattr(other, name)) for name, value in _items(self))

    def __hash__(self) -> int:
        return hash((type(self).__name__, *(_hashed(value) for _, value in _items(self))))

    def __repr__(self) -> str:
        facts = ", ".join(f"{name}={short(value)}" for name, value in _items(self))
        return f"{type(self).__name__}({facts})"

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        """Copies and unpickled records are built, and so checked and read-only, as any other."""
        return type(self), tuple(value for _, value in _items(self))


class Shown:
    """A result with a table and a figure. A subclass has `to_frame`; `FIGURES` draws it."""

    __slots__ = ()

    def to_frame(self) -> pd.DataFrame:
        """Returns the result as a table."""
        raise NotImplementedError

    def plot(self, **options: Any) -> go.Figure:
        """Returns a figure of the result; `options` are those of the figure it stands for.

        Raises:
            InputError: where that figure refuses the options.
        """
        with extras_named():
            return import_module(FIGURES).plot(self, **options)

    def _repr_html_(self) -> str:
        return titled_table(repr(self), self.to_frame())


def titled_table(title: str, table: pd.DataFrame) -> str:
    """Returns HTML of a title over the first and last rows of a table, for a notebook."""
    shown = table.to_html(max_rows=ROWS_SHOWN, max_cols=ROWS_SHOWN, border=0)
    return f"<p><b>{escape(title)}</b></p>{shown}"


def read_only(value: Any) -> Any:
    """Returns a read-only view of an array, or a dict of such views; anything else as it came."""
    if isinstance(value, np.ndarray):
        view = value.view()
        view.setflags(write=False)
        return view
    if type(value) is dict and any(isinstance(item, np.ndarray) for item in value.values()):
        return {key: read_only(item) for key, item in value.items()}
    return value


def same(first: Any, second: Any) -> bool:
    """Says whether two fields hold the same: arrays, tables and tensors by what is in them."""
    if first is second:
        return True
    if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):
        return _same_arrays(first, second)
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        return first.keys() == second.keys() and all(same(first[k], second[k]) for k in first)
    if isinstance(first, list | tuple) and isinstance(second, list | tuple):
        pairs = zip(first, second, strict=False)
        return len(first) == len(second) and all(same(a, b) for a, b in pairs)
    return _same_values(first, second)


def short(value: Any) -> str:
    """Returns what stands for a field in one line: the type and shape of an array, a length."""
    if hasattr(value, "shape"):
        sides = " x ".join(f"{side:,}" for side in value.shape)
        return f"<{getattr(value, 'dtype', type(value).__name__)} {sides}>"
    if isinstance(value, Mapping) or (isinstance(value, tuple) and len(value) > _SHORT_TUPLE):
        return f"<{len(value):,} {_kind(value)}>"
    if isinstance(value, float):
        return f"{value:.4g}"
    return repr(value)


def _kind(values: Mapping[Any, Any] | Iterable[Any]) -> str:
    return "keys" if isinstance(values, Mapping) else "values"


def _items(record: Any) -> list[tuple[str, Any]]:
    return [(field.name, getattr(record, field.name)) for field in fields(record)]


def _same_values(first: Any, second: Any) -> bool:
    if hasattr(first, "equals"):  # a table of pandas
        return type(first) is type(second) and first.equals(second)
    if hasattr(first, "shape"):  # a tensor
        alike = type(first) is type(second) and first.shape == second.shape
        return alike and bool((first == second).all())
    return bool(first == second) or bool(first != first and second != second)


def _same_arrays(first: np.ndarray, second: np.ndarray) -> bool:
    if first.shape != second.shape or first.dtype != second.dtype:
        return False
    return np.array_equal(first, second, equal_nan=first.dtype.kind in "fc")


def _hashed(value: Any) -> Any:
    """Returns what of a field enters the hash: the same for all fields that are `same`."""
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float):
        return None if value != value else value
    if isinstance(value, _HASHED):
        return value
    shape = getattr(value, "shape", None)
    return len(value) if shape is None and hasattr(value, "__len__") else shape
