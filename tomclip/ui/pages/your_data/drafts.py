"""Uploaded files of one session, kept in a folder of their own until they are a workspace.

This module knows nothing of streamlit beyond the job board.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import weakref
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path, PurePosixPath
from typing import IO, Any, TypeVar

from tomclip.core.errors import InputError, TomclipError
from tomclip.core.progress import OnProgress
from tomclip.evaluation import Task, load_task, registered_vectors
from tomclip.evaluation.forecast import Forecast, forecast
from tomclip.ui.computing.cached import board, encoder_title, fingerprints
from tomclip.ui.computing.jobs import Job, Report, counted
from tomclip.workspaces import (
    Contents,
    Inspection,
    Workspace,
    inspect_files,
    open_workspace,
    write_workspace,
)
from tomclip.workspaces.importing import Changes
from tomclip.workspaces.workspace import PREFIX

T = TypeVar("T")
_BLOCK_BYTES = 1 << 20
_UNPACKED = "unpacked-"
_NUMBERS = count(1)


class Draft:
    """Files that came together, in a folder that goes with the draft.

    `names` are the files' names in the order they came, `key` tells them from others, and `number`
    the draft from every other one of this process.
    """

    def __init__(self, key: Hashable, names: Sequence[str]) -> None:
        self.key, self.names, self.number = key, tuple(names), next(_NUMBERS)
        self.folder = Path(tempfile.mkdtemp(prefix="tomclip-upload-"))
        self._jobs: list[Job[Any]] = []
        self._removed = weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)

    @property
    def files(self) -> Path:
        """Where the uploaded files lie."""
        return self.folder / "files"

    @property
    def paths(self) -> tuple[Path, ...]:
        """The top files and folders that came."""
        tops = dict.fromkeys(PurePosixPath(name).parts[0] for name in self.names)
        return tuple(self.files / top for top in tops)

    def started(self, key: Hashable, title: str, work: Callable[[Report], T]) -> Job[T]:
        """Returns the job of this draft with this key, begun when it is new."""
        job = board("imports").start((self.number, key), title, work)
        if job not in self._jobs:
            self._jobs.append(job)
        return job

    def close(self) -> None:
        """Forgets what was read of the files, and removes them."""
        for job in self._jobs:
            job.forget()
        self._removed()


def draft_of(key: Hashable, files: Iterable[tuple[str, IO[bytes]]]) -> Draft:
    """Returns a draft of uploaded files, which are copied into its folder.

    Args:
        key: What tells these files from others.
        files: Each with its name, which may have folders before it.

    Raises:
        InputError: when a name leads outside of the folder, or two are the same.
    """
    streams = [(_harmless(name), stream) for name, stream in files]
    draft = Draft(key, [name for name, _ in streams])
    for name, stream in streams:
        target = draft.files / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            raise InputError(f"two files are called {name}; rename one of them")
        stream.seek(0)
        with target.open("xb") as written:
            while block := stream.read(_BLOCK_BYTES):
                written.write(block)
    return draft


def _harmless(name: str) -> str:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if not parts or parts[0] == "/" or ".." in parts:
        raise InputError(f"a file is called {name!r}; rename it")
    return "/".join(parts)


def inspection_job(draft: Draft) -> Job[Inspection]:
    """Returns what the files hold and what their columns may be."""

    def work(report: Report) -> Inspection:
        report(0.1, "reading")
        scratch = tempfile.mkdtemp(prefix=_UNPACKED, dir=draft.folder)
        with _named_as_they_came(draft):
            return inspect_files(draft.paths, Path(scratch))

    return draft.started("inspection", "Reading your files", work)


@contextmanager
def _named_as_they_came(draft: Draft) -> Iterator[None]:
    """Takes the folder that the files were copied to out of the sentence of an error."""
    folder = re.compile(rf"{re.escape(str(draft.folder))}/(files|{_UNPACKED}[^/]+)/")
    try:
        yield
    except TomclipError as error:
        raise type(error)(folder.sub("", str(error))) from error


def contents_job(draft: Draft, found: Inspection, changes: Changes) -> Job[Contents]:
    """Returns the data set under a mapping of the columns; pictures are opened one by one."""

    def work(report: Report) -> Contents:
        report(0.1, "checking texts, pictures and vectors")
        with _named_as_they_came(draft):
            return found.contents(changes)

    return draft.started(_key(changes), "Checking your data", work)


def saving_job(
    draft: Draft, contents: Contents, changes: Changes, name: str, *, replace: bool
) -> Job[Workspace]:
    """Returns the workspace that a checked data set was written as."""

    def work(report: Report) -> Workspace:
        report(0.1, "writing")
        sources = [path for path in draft.paths if path.exists()]
        return write_workspace(name, contents, sources, replace=replace)

    return draft.started((_key(changes), name, replace), f"Writing {name}", work)


def pilot_job(encoder: str, workspace: Workspace) -> Job[Forecast]:
    """Returns what embedding a workspace takes, by a timed pilot."""

    def work(report: Report) -> Forecast:
        report(0.0, "reading the workspace")
        return forecast(encoder, _task(workspace), on_progress=counted(report))

    title = f"Pilot of {encoder_title(encoder)}"
    return board("pilots").start(("pilot", *_measured(encoder, workspace)), title, work)


def embedding_job(encoder: str, workspace: Workspace) -> Job[int]:
    """Returns how many vectors a workspace has once all are embedded and kept."""

    def work(report: Report) -> int:
        task = _task(workspace)
        vectors = registered_vectors(encoder, task)
        parts = len(task.languages) + bool(len(task.pictures))
        embedded = 0
        for place, code in enumerate(task.languages):
            told = _share(report, place, parts, f"texts in {code}")
            embedded += len(vectors.texts(code, told))
        if len(task.pictures):
            embedded += len(vectors.pictures(_share(report, parts - 1, parts, "pictures")))
        return embedded

    title = f"Embedding {workspace.name} with {encoder_title(encoder)}"
    return board("pilots").start(("embedded", *_measured(encoder, workspace)), title, work)


def _share(report: Report, place: int, parts: int, what: str) -> OnProgress:
    def told(done: int, total: int) -> None:
        report((place + done / max(total, 1)) / parts, f"{done:,} of {total:,} {what}")

    return told


def _task(workspace: Workspace) -> Task:
    return load_task(f"{PREFIX}{workspace.name}")


def _key(changes: Mapping[str, tuple[str, str]]) -> Hashable:
    return tuple(sorted(changes.items()))


def _measured(encoder: str, workspace: Workspace) -> tuple[Hashable, ...]:
    """Returns what decides about a measurement: the encoder's files and the workspace's version."""
    latest = open_workspace(workspace.name).latest
    return (fingerprints(encoder), str(workspace.path), latest["version"], latest["made_at"])
