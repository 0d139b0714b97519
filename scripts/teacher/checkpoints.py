"""What the teacher's training keeps on the way, with the settings that made it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from tomclip.core.files.atomic import written_whole
from tomclip.core.paths import project_directory


def checkpoint_path(output: Path, name: str) -> Path:
    """Returns where a part of the training of the teacher in `output` is kept."""
    return project_directory() / "build" / "teacher" / output.name / name


def save_checkpoint(path: Path, state: Mapping[str, Any], settings: Mapping[str, Any]) -> None:
    """Writes a state, whole or not at all, with the settings that it belongs to."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(path) as partial:
        torch.save({**state, "settings": dict(settings)}, partial)


def load_checkpoint(path: Path, settings: Mapping[str, Any]) -> dict[str, Any] | None:
    """Returns what `save_checkpoint` wrote for these settings, None where there is none.

    Raises:
        SystemExit: when it is of other settings.
    """
    if not path.is_file():
        return None
    state = torch.load(path, weights_only=True)
    if state.get("settings") != dict(settings):
        raise SystemExit(
            f"{path} is of other settings ({state.get('settings')}); give the same, or remove its "
            "folder to begin anew"
        )
    return state
