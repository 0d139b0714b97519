"""Files that are written whole, texts known by their content, data sets fetched once."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from tomclip.errors import InputError

PARTIAL_SUFFIX = ".part"
# owner/name, and "@" before a branch, tag or commit
_HUB_NAME = re.compile(r"(?P<name>[\w.-]+/[\w.-]+)(@(?P<revision>[\w./-]+))?")


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Yields a temporary path beside `path` that replaces it when the body ends well.

    A reader sees the old file or the new one, never a half; a body that raises leaves nothing.

    Raises:
        InputError: when the system refuses to write.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(PARTIAL_SUFFIX, f".{path.name}-", path.parent)
        os.close(handle)
        try:
            yield Path(name)
            with open(name, "rb") as stream:
                os.fsync(stream.fileno())
            os.chmod(name, 0o644)
            os.replace(name, path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise InputError(
            f"{path} cannot be written ({error.strerror or error}); free space or choose a folder "
            "that you may write to"
        ) from error


def text_digests(texts: Iterable[str]) -> np.ndarray:
    """Returns one uint64 per text: equal texts have equal digests.

    64 bits of BLAKE2b: among 7 million different texts, two share one with a chance of 1 in 10^6.
    """
    digests = (hashlib.blake2b(text.encode(), digest_size=8).digest() for text in texts)
    return np.fromiter((int.from_bytes(digest, "little") for digest in digests), dtype=np.uint64)


def hub_name(source: str) -> tuple[str, str | None] | None:
    """Returns (OWNER/NAME, revision or None) of "OWNER/NAME" or "OWNER/NAME@REVISION".

    Returns None for any other text.
    """
    match = _HUB_NAME.fullmatch(source)
    return match and (match["name"], match["revision"])


def hub_dataset(name: str, revision: str, patterns: Sequence[str]) -> Path:
    """Returns the folder of a Hugging Face data set's files, fetched into the machine's cache once.

    The folder's name is the commit, whatever branch `revision` was. With `HF_HUB_OFFLINE=1` only
    the cache is read.

    Args:
        name: OWNER/NAME of the data set.
        revision: A commit, tag or branch.
        patterns: Which files, such as "*.parquet".

    Raises:
        InputError: when the files are neither in the cache nor reachable.
    """
    from huggingface_hub import snapshot_download

    try:
        folder = snapshot_download(
            name, repo_type="dataset", revision=revision, allow_patterns=list(patterns)
        )
    except Exception as error:  # each download library has its own class for "no network"
        if (refusal := hub_refusal(error, f"data set {name!r}", revision)) is not None:
            raise InputError(refusal) from error
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise InputError(
            f"the data set {name!r} at {revision} is not on this machine and cannot be fetched "
            f"({reason}); run 'hf download --repo-type dataset --revision {revision} {name}' "
            "where there is a network, and copy the Hugging Face cache here"
        ) from error
    return Path(folder)


def hub_refusal(error: Exception, what: str, revision: str | None) -> str | None:
    """Returns the sentence for a repository that the hub does not give; None for other errors.

    Args:
        error: What huggingface_hub raised.
        what: Kind and name of the repository.
        revision: What was asked for; None is the main branch.
    """
    from huggingface_hub.errors import (
        GatedRepoError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    if isinstance(error, GatedRepoError):
        return f"the {what} is for who accepted its terms; accept them there, then 'hf auth login'"
    if isinstance(error, RepositoryNotFoundError):
        return f"the hub has no {what}, or a private one; check the name, or run 'hf auth login'"
    if isinstance(error, RevisionNotFoundError):
        return f"the {what} has no revision {revision!r}; give a branch, tag or commit that it has"
    return None
