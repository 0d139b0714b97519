"""The pages of the studio and their addresses."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st

Row = tuple[str, str, str, str]


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
