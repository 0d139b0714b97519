"""The theme that a page is seen in, and the colours it has there."""

from __future__ import annotations

from typing import Literal

import streamlit as st


def theme() -> Literal["light", "dark"]:
    """Returns the theme the page is seen in."""
    return "dark" if st.context.theme.type == "dark" else "light"


def theme_colour(name: str, otherwise: str) -> str:
    """Returns a colour of the theme as CSS, such as "backgroundColor".

    Args:
        name: of Streamlit's setting.
        otherwise: where the configuration sets none.
    """
    return st.get_option(f"theme.{theme()}.{name}") or otherwise
