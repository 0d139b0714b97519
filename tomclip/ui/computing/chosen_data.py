"""Which data set this run of a page is about; the embedded emoji until a page says otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from tomclip.ui.computing.shown_data import DataKey, ShownData
from tomclip.ui.computing.shown_makers import EMOJI, opened

_SHOWN: ContextVar[DataKey] = ContextVar("shown_data", default=EMOJI)


@contextmanager
def about_the_emoji() -> Iterator[None]:
    """Begins a run of a page: it is about the embedded emoji until `look_at` says otherwise."""
    token = _SHOWN.set(EMOJI)
    try:
        yield
    finally:
        _SHOWN.reset(token)


def look_at(key: DataKey) -> None:
    """Makes the rest of this run about a data set.

    Raises:
        InputError: when it is gone or damaged; nothing changes then.
    """
    opened(key)
    _SHOWN.set(key)


def data_key() -> DataKey:
    """Returns what tells the data set of this run from every other; part of every cache's key."""
    return _SHOWN.get()


def data_name() -> str:
    """Returns the name of the data set of this run: "emoji", or "workspace:NAME"."""
    return _SHOWN.get().name


def dataset(key: DataKey | None = None) -> ShownData:
    """Returns a data set, by default that of this run.

    What runs outside of a page, such as the making of a download, gives the key.
    """
    return opened(_SHOWN.get() if key is None else key)
