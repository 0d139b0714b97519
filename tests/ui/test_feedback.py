"""What a page shows while work is under way beside it."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tomclip.ui import view_state
from tomclip.ui.parts import feedback

WAITING = """
import time
from tomclip.ui.computing.jobs import JobBoard
from tomclip.ui.parts import feedback
import streamlit as st

board = JobBoard()
for encoder in ("one", "another"):
    job = board.start(encoder, "Captions, English", lambda report: time.sleep(0.2))
    st.text(list(feedback.outcomes({encoder: job})))
"""


def test_two_waits_of_one_page_may_have_the_same_title(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "GRACE_SECONDS", 0.01)
    monkeypatch.setattr(view_state, "write_address", lambda **options: None)
    page = AppTest.from_string(WAITING, default_timeout=60).run()
    assert not page.exception
    assert [text.value for text in page.text] == ["['one']", "['another']"]
