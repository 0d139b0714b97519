"""What a fitted map says about itself, and where such maps lie. Read without torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from tomclip.core.errors import AssetError, InputError
from tomclip.core.files.atomic import write_json_atomically
from tomclip.core.paths import runs_directory
from tomclip.core.reading.json_text import read_json_object

SETTINGS_FILE = "baseline.json"
MAP_FILE = "map.safetensors"
PREFIX = "baseline:"

MapKind = Literal["ridge", "procrustes", "centring"]
KINDS: tuple[MapKind, ...] = get_args(MapKind)


@dataclass(frozen=True, slots=True)
class MappedSettings:
    """A fitted map: from which encoder, into which space, and everything that decided it.

    Attributes:
        kind: how it was fitted.
        source: name of the text encoder that it stands behind.
        source_fingerprint: `encoder_fingerprint` of that encoder when the map was fitted.
        teacher: whose space its vectors live in; "" for a space without pictures.
        dimension: length of its vectors.
        languages: those that it was fitted on, in the order of the means of a centring.
        map_sha256: of `map.safetensors`.
        title: what pages call it.
        description: one sentence for a person.
        facts: data, share, seed, strength, counts, seconds and versions.
    """

    kind: MapKind
    source: str
    source_fingerprint: str
    teacher: str
    dimension: int
    languages: tuple[str, ...]
    map_sha256: str
    title: str
    description: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    schema: Literal[1] = 1


def baselines_directory() -> Path:
    """Returns the folder of the baselines, each in one of its own, beside the runs."""
    return runs_directory() / "baselines"


def baseline_directories() -> dict[str, Path]:
    """Returns the folder of every baseline on this machine by its encoder's name, sorted."""
    found = sorted(baselines_directory().glob(f"*/{SETTINGS_FILE}"))
    folders = (file.parent for file in found if not file.parent.name.startswith("."))
    return {PREFIX + folder.name: folder for folder in folders}


def is_mapped_directory(path: Path) -> bool:
    """Returns whether a directory holds a fitted map."""
    return (path / SETTINGS_FILE).is_file()


def read_mapped(directory: Path) -> MappedSettings:
    """Returns what `baseline.json` says.

    Raises:
        AssetError: when it is missing, or not what `write_mapped` writes.
    """
    path = directory / SETTINGS_FILE
    try:
        values: Any = read_json_object(path)
        settings = MappedSettings(**values | {"languages": tuple(values["languages"])})
    except (InputError, ValueError, TypeError, KeyError) as error:
        raise AssetError(
            f"{path} does not describe a baseline ({error}); delete its folder and fit it again"
        ) from error
    if settings.kind not in KINDS or settings.schema != 1:
        raise AssetError(
            f"{path} is of kind {settings.kind!r} and schema {settings.schema!r}; this version "
            f"reads {', '.join(KINDS)} of schema 1, fit it again"
        )
    return settings


def write_mapped(directory: Path, settings: MappedSettings) -> None:
    """Writes `baseline.json`; raises OSError when the system refuses."""
    write_json_atomically(directory / SETTINGS_FILE, asdict(settings))
