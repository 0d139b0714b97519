"""Checkpoints: a student directory beside all that an exact resume needs.

`checkpoints/step_<n>/` holds the student (fp32) and `training_state.pt`; `latest` and `best` are
links that are swapped by rename. Folders that neither link points to are removed.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import PreTrainedTokenizerBase

from tomclip.core.errors import RunError, first_line
from tomclip.encoders.student.encoder import StudentModel, save_student

STATE_FILE = "training_state.pt"
QUICK_SAVE_SECONDS = 5.0
# A full disk is an OSError here, a RuntimeError in torch's writer and one of safetensors' own.
WRITE_ERRORS = (OSError, RuntimeError, SafetensorError)


class SavePace:
    """Says when a checkpoint that is no new best is worth the time to write it.

    One of a large student takes longer than the steps between two validations: such checkpoints
    take at most a tenth of the time. Quick ones are always worth it.
    """

    def __init__(self) -> None:
        self._saved_at = time.monotonic()
        self._seconds = 0.0

    def is_due(self) -> bool:
        """Returns whether the next checkpoint is worth it now."""
        if self._seconds < QUICK_SAVE_SECONDS:
            return True
        return time.monotonic() - self._saved_at >= 10 * self._seconds

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Takes the time of the checkpoint that is written in the body."""
        started = time.monotonic()
        yield
        self._saved_at = time.monotonic()
        self._seconds = self._saved_at - started


def save_checkpoint(
    directory: Path,
    step: int,
    model: StudentModel,
    tokenizer: PreTrainedTokenizerBase,
    state: dict[str, Any],
    *,
    best: bool,
) -> Path:
    """Returns `directory/step_<step>` once it is whole, `latest` (and `best`) pointing to it.

    Raises:
        RunError: when it cannot be written; older checkpoints stay as they were.
    """
    target, partial = directory / f"step_{step}", directory / f".step_{step}.partial"
    try:
        save_student(model, tokenizer, partial, dtype="fp32")
        torch.save(state, partial / STATE_FILE)
        put_in_place(partial, target)
        for name in ("latest", "best") if best else ("latest",):
            point_to(directory / name, target)
        remove_unreferenced(directory)
    except WRITE_ERRORS as error:
        shutil.rmtree(partial, ignore_errors=True)
        reason = getattr(error, "strerror", None) or first_line(error)
        raise RunError(
            f"checkpoint {target} cannot be written ({reason}); free space or mend the "
            "permissions, then continue from the previous checkpoint with --resume"
        ) from error
    return target


def load_training_state(directory: Path) -> dict[str, Any]:
    """Returns the state saved beside the student in a checkpoint folder.

    Raises:
        RunError: when it is missing or damaged.
    """
    path = directory / STATE_FILE
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise RunError(f"{path} is missing; this run has no checkpoint to continue from") from error
    except Exception as error:
        raise RunError(
            f"{path} is damaged ({first_line(error)}); continue from another checkpoint"
        ) from error


def put_in_place(partial: Path, target: Path) -> None:
    """Renames `partial` to `target`; an older `target` is set aside first, and then removed."""
    aside = target.with_name(f".{target.name}.replaced")
    shutil.rmtree(aside, ignore_errors=True)
    if target.exists():
        os.replace(target, aside)
    os.replace(partial, target)
    shutil.rmtree(aside, ignore_errors=True)


def point_to(link: Path, target: Path) -> None:
    """Makes `link` a relative link to its sibling `target`, in one rename."""
    fresh = link.with_name(f".{link.name}.fresh")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target.name)
    os.replace(fresh, link)


def remove_unreferenced(directory: Path) -> None:
    """Removes checkpoint folders that neither `latest` nor `best` points to, and halves."""
    links = (directory / "latest", directory / "best")
    kept = {link.resolve() for link in links if link.exists()}
    for path in (*directory.glob("step_*"), *directory.glob(".*step_*")):
        if path.resolve() not in kept:
            shutil.rmtree(path)
