"""The baselines on this machine: their names, where they lie, and how one goes."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from tomclip.core.errors import AssetError, EncoderUnavailable, InputError
from tomclip.core.files.atomic import write_errors
from tomclip.encoders.fingerprints import mapped_sources
from tomclip.encoders.mapped.settings import (
    PREFIX,
    MappedSettings,
    baseline_directories,
    baselines_directory,
    read_mapped,
)
from tomclip.runs.directory import slug_of


@dataclass(frozen=True, slots=True, repr=False)
class Baseline:
    """A fitted baseline: the encoder's name, its folder, and what it says about itself."""

    name: str
    path: Path
    settings: MappedSettings

    def __repr__(self) -> str:
        pairs = self.settings.facts.get("pairs", 0)
        return f"Baseline({self.name!r}, {self.settings.title!r}, {pairs:,} pairs)"


def list_baselines() -> tuple[Baseline, ...]:
    """Returns the baselines beside the runs, by name; one that is damaged is left out."""
    found = []
    for name, path in baseline_directories().items():
        try:
            found.append(Baseline(name, path, read_mapped(path)))
        except AssetError:
            continue  # the catalogue logs it
    return tuple(found)


def remove_baseline(name: str) -> None:
    """Deletes a baseline, whether it is damaged or not.

    Args:
        name: With or without "baseline:" before it.

    Raises:
        EncoderUnavailable: when there is none of that name.
        RunError: when it cannot be deleted.
    """
    name = PREFIX + name.removeprefix(PREFIX)
    known = baseline_directories()
    if name not in known:
        raise EncoderUnavailable(
            f"there is no baseline {name!r}; there are: {', '.join(known) or 'none'}"
        )
    with write_errors(known[name]):
        shutil.rmtree(known[name])


def place_for(name: str, source: str, *, force: bool) -> tuple[str, Path]:
    """Returns the encoder's name and the folder of a new baseline.

    Args:
        name: What a person calls it; its folder is named after it.
        source: The encoder that it is fitted from.
        force: Whether it may take the place of an earlier one.

    Raises:
        InputError: when there is one of that name and `force` is False, or it would stand behind
            itself.
    """
    folder = slug_of(name.removeprefix(PREFIX))
    encoder, path = PREFIX + folder, baselines_directory() / folder
    if encoder in mapped_sources(source):
        raise InputError(f"{source!r} is itself fitted from {encoder!r}; choose another name")
    if path.exists() and not force:
        raise InputError(f"{encoder!r} exists; choose another name, or replace it with force")
    return encoder, path
