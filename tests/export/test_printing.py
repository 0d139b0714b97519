"""Pages on paper: the size is the page's own, a script is waited for, failures are sentences."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.pdf_page import Pdf

from tomclip.export.browser import ExportError
from tomclip.export.printing import printed_page

PAGE = (
    '<!doctype html><meta charset="utf-8"><style>@page {{size: {size}; margin: 20mm}}</style>'
    '<p id="told">before</p>'
)
SLOWLY = (
    "new Promise((done) => setTimeout(() => "
    "{document.getElementById('told').textContent = 'afterwards'; done()}, 200))"
)


def test_the_page_s_own_size_holds_and_the_script_is_waited_for(chromium: Path) -> None:
    page = PAGE.format(size="100mm 150mm").encode()
    printed = Pdf(printed_page(page, foot="<b>left</b>", before=SLOWLY))
    assert printed.millimetres == {(100, 150)}
    assert "afterwards" in printed.text
    assert "before" not in printed.text
    assert "<b>left</b>" in printed.text
    assert "1 of 1" in printed.text


def test_a_page_without_a_size_is_printed_on_a4(chromium: Path) -> None:
    assert Pdf(printed_page(b"<p>plain</p>")).millimetres == {(210, 297)}


def test_a_script_that_fails_is_one_sentence(chromium: Path) -> None:
    with pytest.raises(ExportError, match=r"refused Runtime\.evaluate .*take HTML"):
        printed_page(b"<p>plain</p>", before="notDefined()")


def test_without_a_browser_the_sentence_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "nothing"))
    with pytest.raises(ExportError, match="plotly_get_chrome"):
        printed_page(b"<p>plain</p>")
