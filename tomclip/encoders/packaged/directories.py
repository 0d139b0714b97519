"""Packaged encoders as directories in the cache, each made once.

A directory is named by what it was made of, so that it never goes out of date; every process of
the machine uses the same.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from filelock import FileLock

from tomclip.core.files.atomic import write_errors
from tomclip.core.files.cache import content_key
from tomclip.core.files.manifests import MANIFEST, write_manifest
from tomclip.core.paths import cache_directory
from tomclip.encoders.packaged.origins import Origin, require_origin, verify_package
from tomclip.encoders.packaged.records import MINILM, USE

FOLDER = "encoders"
SCHEMA = "1"
_LOGGER = logging.getLogger(__name__)


def packaged_directory(name: str) -> Path:
    """Returns the directory that a packaged encoder is loaded from: config, weights, tokenizer.

    multilingual-e5-small is converted into the cache the first time (470 MB as float32, seconds):
    a directory that `XLMRobertaModel` reads, whose token states' mean is the text's vector. So is
    use-multilingual-v3, which `load_use` reads. all-MiniLM-L6-v2 is a BERT where its package, or
    the Hugging Face cache, has it.

    Raises:
        EncoderUnavailable: when no copy of it is on this machine.
        AssetError: when its file is not the recorded one, or damaged.
        RunError: when the cache cannot be written.
    """
    return directory_of(require_origin(name))


def directory_of(origin: Origin) -> Path:
    """Returns the directory of one copy of a packaged encoder.

    Raises:
        AssetError, RunError: as `packaged_directory`.
    """
    name = origin.encoder.name
    if name == MINILM:
        verify_package(origin)
        return origin.files[0].parent
    return _made_once(origin, _write_use if name == USE else _write_e5)


def _write_e5(origin: Origin, directory: Path) -> None:
    from tomclip.encoders.packaged.e5_directory import write_from_four_bits, write_from_original

    if origin.commit:
        write_from_original(origin.files, directory)
    else:
        write_from_four_bits(origin.files[0], directory)


def _write_use(origin: Origin, directory: Path) -> None:
    from tomclip.encoders.packaged.use_directory import write_use

    weights, tokenizer = origin.files
    write_use(weights, tokenizer, directory)


def converted_path(origin: Origin) -> Path:
    """Returns where the directory made of this copy lies, or will lie."""
    key = content_key(SCHEMA, origin.encoder.name, origin.identity)
    return cache_directory() / FOLDER / f"{origin.encoder.name}-{key[:12]}"


def _made_once(origin: Origin, write: Callable[[Origin, Path], None]) -> Path:
    """Returns the directory; while one process makes it, others wait."""
    directory = converted_path(origin)
    if (directory / MANIFEST).is_file():
        return directory
    with write_errors(directory):
        directory.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(directory.with_name(f"{directory.name}.lock")):
            if not (directory / MANIFEST).is_file():
                _make(origin, write, directory)
    return directory


def _make(origin: Origin, write: Callable[[Origin, Path], None], directory: Path) -> None:
    verify_package(origin)
    _LOGGER.info("%s: making %s of %s", origin.encoder.name, directory, origin.words)
    staging = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent))
    try:
        write(origin, staging)
        write_manifest(staging, {"title": origin.encoder.title, "made_of": origin.words})
        staging.chmod(0o755)
        with suppress(FileNotFoundError):  # what an earlier version left without a manifest
            shutil.rmtree(directory)
        staging.rename(directory)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
