"""What an encoder is on this machine, in digits: its files, and those of what it stands behind."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from tomclip.core.errors import AssetError, EncoderUnavailable
from tomclip.core.files.manifests import MANIFEST, sha256_of
from tomclip.encoders.catalogue import find_encoder
from tomclip.encoders.hub.names import encoder_sources
from tomclip.encoders.hub.repository import cached_commit
from tomclip.encoders.mapped.settings import is_mapped_directory, read_mapped
from tomclip.encoders.packaged.origins import require_origin
from tomclip.encoders.packaged.records import PACKAGED


def encoder_fingerprint(name: str) -> str:
    """Returns 64 hexadecimal digits that change when any file of the encoder changes.

    A published model is known by its name and the commits of its repositories in the cache.

    Raises:
        EncoderUnavailable: when `name` is unknown, or its directory is being replaced.
    """
    info = find_encoder(name)
    if info is None:
        sources = encoder_sources(name)
        digests = [name, *(f"{one.repository} {cached_commit(one)}" for one in sources)]
    elif name in PACKAGED:
        digests = [name, require_origin(name).identity]
    else:
        digests = _file_digests(info.path)
        if is_mapped_directory(info.path):  # its vectors follow from those of its source
            digests.append(encoder_fingerprint(mapped_sources(name)[1]))
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


def mapped_sources(name: str) -> tuple[str, ...]:
    """Returns the encoder, what it is a fitted map of, and so on; only `name` for any other one.

    Raises:
        EncoderUnavailable: when `name` is unknown, or what a baseline was fitted from is not here.
        AssetError: when a description is damaged, or a baseline stands behind itself.
    """
    chain = [name]
    while (info := find_encoder(chain[-1])) is not None and is_mapped_directory(info.path):
        source = read_mapped(info.path).source
        if source in chain:
            raise AssetError(f"{info.path} was fitted from {source!r}, which is itself; delete it")
        if not _is_here(source):
            raise EncoderUnavailable(
                f"{info.name!r} was fitted from {source!r}, which is not on this machine; get it "
                "again, or remove the baseline"
            )
        chain.append(source)
    return tuple(chain)


def _is_here(source: str) -> bool:
    """Returns whether the encoder is on this machine, or is a published one that can be had."""
    if Path(source).is_absolute():
        return Path(source).is_dir()
    try:
        find_encoder(source)
    except EncoderUnavailable:
        return False
    return True


def is_mapped(name: str) -> bool:
    """Returns whether `name` means a baseline; raises EncoderUnavailable when it is unknown."""
    info = find_encoder(name)
    return info is not None and is_mapped_directory(info.path)


def files_state(path: Path) -> tuple[tuple[str, int, int], ...]:
    """Returns (name, bytes, modification time in ns) of every file but the manifest, by name.

    A single file is returned as a directory that holds nothing else would be.

    Raises:
        EncoderUnavailable: when the directory is not there, or is replaced meanwhile.
    """
    try:
        found = [path] if path.is_file() else path.iterdir()
        files = sorted(file for file in found if file.name != MANIFEST)
        states = [(file.name, file.stat()) for file in files if file.is_file()]
    except FileNotFoundError as error:
        raise EncoderUnavailable(f"{path} is missing or just being replaced; try again") from error
    return tuple((name, state.st_size, state.st_mtime_ns) for name, state in states)


def _file_digests(path: Path) -> list[str]:
    folder = path if path.is_dir() else path.parent
    files = files_state(path)
    return [f"{file} {_sha256_while(folder / file, *state)}" for file, *state in files]


@lru_cache(maxsize=256)
def _sha256_while(path: Path, size: int, modified_ns: int) -> str:
    return sha256_of(path)
