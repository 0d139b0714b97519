"""Hugging Face repositories: names, data sets fetched once, and the hub's refusals in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tomclip.core.errors import InputError, first_line

# owner/name, and "@" before a branch, tag or commit
_HUB_NAME = re.compile(r"(?P<name>[\w.-]+/[\w.-]+)(@(?P<revision>[\w./-]+))?")


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
        reason = first_line(error)
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
