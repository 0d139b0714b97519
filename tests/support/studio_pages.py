"""The studio's pages in Streamlit's own test runner."""

from __future__ import annotations

import json
import time
from typing import Any

from streamlit.testing.v1 import AppTest
from support.checkout import APP

from tomclip.figures.style.head import plain

PATIENCE = 120


def open_page(page: str, **address: str) -> AppTest:
    """Returns the page as a person finds it who came by a link, its work done."""
    studio = AppTest.from_file(APP, default_timeout=PATIENCE)
    for name, value in address.items():
        studio.query_params[name] = value
    studio.switch_page(f"pages/{page}.py")
    return settled(studio.run())


def settled(studio: AppTest) -> AppTest:
    """Returns the page once nothing is being computed beside it."""
    deadline = time.monotonic() + PATIENCE
    while studio.get("progress"):
        assert time.monotonic() < deadline, "the page is still computing"
        time.sleep(0.1)
        studio.run()
    assert not studio.exception
    return studio


def figures(studio: AppTest) -> list[dict[str, Any]]:
    """Returns plotly's description of every figure on the page."""
    return [json.loads(element.proto.spec) for element in studio.get("plotly_chart")]


def titles(studio: AppTest) -> list[str]:
    """Returns the title of every figure on the page."""
    return [plain(figure["layout"]["title"]["text"]) for figure in figures(studio)]


def sentences(studio: AppTest) -> list[str]:
    """Returns everything that the page complains of or explains."""
    return [alert.value for alert in (*studio.error, *studio.warning, *studio.info)]
