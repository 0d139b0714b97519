"""The small study of heads, as its file and when it is done."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from support.command_line import succeed
from support.study_of_heads import study_values


@pytest.fixture(scope="session")
def study_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the study."""
    folder = tmp_path_factory.mktemp("study_of_heads")
    file = folder / "small.yaml"
    file.write_text(yaml.safe_dump(study_values(folder), sort_keys=False))
    return file


@pytest.fixture(scope="session")
def done(study_file: Path) -> tuple[Path, str]:
    """The folder of the finished study, and what was printed."""
    folder = study_file.parent / "out"
    return folder, succeed("study", str(study_file), "--directory", folder, "--keep-heads")
