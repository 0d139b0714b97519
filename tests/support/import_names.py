"""Which packages a source file imports, read from its text."""

from __future__ import annotations

import ast
import sys
from pathlib import Path


def imported_packages(path: Path) -> set[str]:
    """Returns the top-level names that a file imports anywhere, less the standard library's."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names - sys.stdlib_module_names
