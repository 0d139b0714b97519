"""Files of published models: in the machine's Hugging Face cache, or fetched into it.

A file that is cached is used as it is and nobody is asked for a newer one, so a name means the same
weights until they are downloaded again. `HF_HUB_OFFLINE=1` keeps everything else offline too.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tomclip.core.errors import EncoderUnavailable, first_line
from tomclip.core.files.hub import hub_refusal

TOKENIZER_FILES = ("tokenizer*", "*.model", "vocab*", "merges.txt", "special_tokens_map.json")


@dataclass(frozen=True, slots=True)
class HubSource:
    """A model repository, at a branch, tag or commit; `revision` None is its main branch."""

    repository: str
    revision: str | None = None


def split_revision(name: str) -> tuple[str, str | None]:
    """Returns (name, revision) of "NAME@REVISION"; the revision is None where there is no @.

    Raises:
        EncoderUnavailable: when nothing follows the @.
    """
    base, at, revision = name.partition("@")
    if at and not revision:
        raise EncoderUnavailable(f"{name!r} ends in @; give a branch, tag or commit after it")
    return base, revision or None


def cached_file(source: HubSource, names: Sequence[str]) -> Path | None:
    """Returns the first of the named files that is in the cache, without any network."""
    from huggingface_hub import try_to_load_from_cache

    for name in names:
        found = try_to_load_from_cache(source.repository, name, revision=source.revision)
        if isinstance(found, str):
            return Path(found)
    return None


def cached_commit(source: HubSource) -> str | None:
    """Returns the commit that the cache holds for the source's revision, or None."""
    from huggingface_hub import constants
    from huggingface_hub.file_download import repo_folder_name

    folder = repo_folder_name(repo_id=source.repository, repo_type="model")
    cache = Path(constants.HF_HUB_CACHE) / folder
    revision = source.revision or constants.DEFAULT_REVISION
    reference = cache / "refs" / revision
    commit = reference.read_text().strip() if reference.is_file() else revision
    return commit if (cache / "snapshots" / commit).is_dir() else None


def cached_state() -> str:
    """Returns what changes whenever a model's file comes into the cache or leaves it."""
    from huggingface_hub import constants

    cache = Path(constants.HF_HUB_CACHE)
    references = [
        f"{path} {path.read_text()}" for path in cache.glob("models--*/refs/**/*") if path.is_file()
    ]
    return "\n".join(sorted([*map(str, cache.glob("models--*/snapshots/**/*")), *references]))


def fetch_file(source: HubSource, names: Sequence[str]) -> Path:
    """Returns the first of the named files that the repository has, downloaded when need be.

    Raises:
        EncoderUnavailable: with the command that gets it, when it is neither here nor reachable.
    """
    from huggingface_hub import hf_hub_download

    if (found := cached_file(source, names)) is not None:
        return found
    try:
        name = _first_published(source, names)
        return Path(hf_hub_download(source.repository, name, revision=source.revision))
    except Exception as error:  # each network library has its own class for "no network"
        raise _unavailable(source, names, error) from error


def fetch_folder(
    source: HubSource, required: Sequence[Sequence[str]], patterns: Sequence[str]
) -> Path:
    """Returns the folder of one commit of the repository, named like the commit.

    Args:
        source: The repository and which of its revisions.
        required: The folder is fetched unless the cache has, of each group, one of these names.
        patterns: What to fetch then, beside the required names.

    Raises:
        EncoderUnavailable: with the command that gets it, when it is neither here nor reachable.
    """
    from huggingface_hub import snapshot_download

    found = [cached_file(source, names) for names in required]
    if found[0] is not None and None not in found:
        return found[0].parent
    wanted = [name for names in required for name in names]
    try:
        return Path(
            snapshot_download(
                source.repository, revision=source.revision, allow_patterns=[*wanted, *patterns]
            )
        )
    except Exception as error:  # each network library has its own class for "no network"
        raise _unavailable(source, required[0], error) from error


def download_command(source: HubSource) -> str:
    """Returns the shell command that puts the whole repository into the cache."""
    revision = f" --revision {source.revision}" if source.revision else ""
    return f"hf download {source.repository}{revision}"


def _first_published(source: HubSource, names: Sequence[str]) -> str:
    """Returns the first of the names that the repository has, or the last one.

    Asked once each: without a network `hf_hub_download` tries again for 20 s and more.
    """
    from huggingface_hub import get_hf_file_metadata, hf_hub_url
    from huggingface_hub.errors import RemoteEntryNotFoundError

    for name in names[:-1]:
        with suppress(RemoteEntryNotFoundError):
            get_hf_file_metadata(hf_hub_url(source.repository, name, revision=source.revision))
            return name
    get_hf_file_metadata(hf_hub_url(source.repository, names[-1], revision=source.revision))
    return names[-1]


def _unavailable(source: HubSource, names: Sequence[str], error: Exception) -> EncoderUnavailable:
    from huggingface_hub.errors import RemoteEntryNotFoundError

    if isinstance(error, RemoteEntryNotFoundError):
        return EncoderUnavailable(
            f"the repository {source.repository!r} has no {' or '.join(names)}; name one that "
            "holds a model of this kind"
        )
    refusal = hub_refusal(error, f"repository {source.repository!r}", source.revision)
    return EncoderUnavailable(
        refusal
        or f"{' or '.join(names)} of {source.repository!r} is not on this machine and cannot be "
        f"fetched ({first_line(error)}); run '{download_command(source)}' with a network, or copy "
        "the Hugging Face cache (HF_HOME) from a machine that has it"
    )
