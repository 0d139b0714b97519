"""The pages of the documentation that are made from the code."""

from __future__ import annotations

from build_api_page import MODULES, PAGE, page


def test_the_api_page_says_what_the_docstrings_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python scripts/build_api_page.py"


def test_the_api_page_has_every_public_name() -> None:
    from importlib import import_module

    headings = {line[4:] for line in page().splitlines() if line.startswith("### ")}
    for module in MODULES:
        missing = set(getattr(import_module(f"tomclip.{module}"), "__all__", ())) - headings
        assert not missing
