"""The snippets of the loss in README and docs run as they stand, in a folder of their own."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.checkout import ROOT


def snippets(name: str) -> list[str]:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / name).read_text(), flags=re.DOTALL)
    return [block for block in blocks if "tomclip.losses" in block]


@pytest.mark.parametrize("name", ["docs/losses.md", "README.md"])
def test_the_first_lines_with_the_losses_run_outside_the_project(name: str, tmp_path: Path) -> None:
    blocks = snippets(name)
    if not blocks:
        pytest.skip(f"{name} shows no snippet of the losses")
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", blocks[0]],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    assert "topological_h0" in run.stdout


def test_five_lines_are_enough() -> None:
    first = snippets("docs/losses.md")[0]
    statements = [line for line in first.splitlines() if line and not line.startswith("import")]
    assert len(statements) <= 5
