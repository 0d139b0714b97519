"""The subsets of concepts are called the same everywhere, and unseen is said of the students."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import get_args

from tomclip.core.paths import project_directory
from tomclip.core.subsets import QUALIFIERS, SHORT_TITLES, Subset, counted_concepts

SOURCES = sorted(
    path
    for folder in ("tomclip", "pages")
    for path in (project_directory() / folder).rglob("*.py")
    if "shipped" not in path.parts
)


def texts(tree: ast.AST) -> Iterator[str]:
    """Yields every text of a module that is no docstring, those of f-strings too."""
    statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and id(node) not in statements:
            yield text


def test_no_text_says_unseen_without_saying_by_whom() -> None:
    vague = re.compile(r"\bunseen\b(?! by (the )?students)", re.IGNORECASE)
    assert len(SOURCES) > 400
    found = (text for path in SOURCES for text in texts(ast.parse(path.read_text("utf-8"))))
    assert not [text for text in found if text != "unseen" and vague.search(text)]


def test_every_subset_has_a_short_title_and_a_sentence() -> None:
    assert set(SHORT_TITLES) == set(QUALIFIERS) == set(get_args(Subset))
    assert counted_concepts(1583, "all") == "1,583 concepts"
    assert counted_concepts(295, "unseen") == "295 concepts unseen by the students"
