"""The pages of the studio, their addresses, and that one of them loads its modules at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st

Row = tuple[str, str, str, str]

_LOADING = threading.Lock()
_END_LOADING: ContextVar[Callable[[], None] | None] = ContextVar("end_loading", default=None)


def studio_pages(folder: Path, rows: Sequence[Row]) -> list[st.Page]:
    """Returns the pages; the first one twice, since Streamlit opens the first page at "/" alone.

    It has an address of its own as well, as every page has. The menu lists it where the browser is.

    Args:
        folder: holds the pages' scripts.
        rows: script, title, address and icon of each page.
    """
    (file, title, address, icon), *_ = rows
    named = urlsplit(st.context.url or "").path.rstrip("/").endswith(f"/{address}")
    shown, hidden = "visible", "hidden"
    home = st.Page(
        folder / file,
        title=title,
        url_path="home",
        icon=icon,
        default=True,
        visibility=hidden if named else shown,
    )
    return [home] + [
        st.Page(
            folder / file,
            title=title,
            url_path=address,
            icon=icon,
            visibility=hidden if file == rows[0][0] and not named else shown,
        )
        for file, title, address, icon in rows
    ]


@contextmanager
def loading_alone() -> Iterator[None]:
    """Lets no other page load its modules till this one calls `loaded`, or ends.

    A person who clicks on, or a second one, starts a run in a thread of its own while the first
    still imports. Where two threads import modules that import each other's, Python breaks the
    deadlock with a module that is not whole, and a page fails with an ImportError.
    """
    with ExitStack() as held:
        held.enter_context(_LOADING)
        token = _END_LOADING.set(held.close)
        try:
            yield
        finally:
            _END_LOADING.reset(token)


def loaded() -> None:
    """Says that the page of this run has its modules; the next one may load its own."""
    if (end := _END_LOADING.get()) is not None:
        end()
