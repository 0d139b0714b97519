"""What is known of a benchmark before its files are opened, and what a check of them found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from tomclip.data.benchmarks.base import Benchmark

Kind = Literal["classification", "retrieval"]
State = Literal["absent", "incomplete", "present"]


@dataclass(frozen=True, slots=True)
class Source:
    """One part of a release.

    Attributes:
        path: where it must lie in the benchmark's folder; braces hold alternatives.
        what: what it is.
        address: the home page to get it from.
        terms: its licence or terms of use, in words.
    """

    path: str
    what: str
    address: str
    terms: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What an examination of the files that are there found.

    `counts` are whole numbers by name ("pictures", "captions de"), `problems` are sentences, and
    `notes` are peculiarities of the release that are no fault of the copy.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Reader(Protocol):
    """Reads one release's official files."""

    def missing_files(self, directory: Path, languages: Sequence[str]) -> tuple[str, ...]:
        """Returns the names, relative to `directory`, of files and folders that are not there."""
        ...

    def load(self, info: BenchmarkInfo, directory: Path, languages: Sequence[str]) -> Benchmark:
        """Returns the benchmark; raises InputError at the first fault."""
        ...

    def examine(
        self, info: BenchmarkInfo, directory: Path, languages: Sequence[str], *, open_pictures: bool
    ) -> Findings:
        """Returns every fault in what is there; raises nothing for missing or damaged files."""
        ...


@dataclass(frozen=True, slots=True)
class BenchmarkInfo:
    """One benchmark as its authors published it.

    Attributes:
        name: the name that `load_benchmark` takes.
        title: the name that its authors gave it.
        kind: "classification" or "retrieval".
        languages: codes of the languages that are read by default.
        pictures: how many pictures the whole benchmark has.
        sources: its parts and where to get each.
        paper: the publication to cite.
        reader: reads its files.
    """

    name: str
    title: str
    kind: Kind
    languages: tuple[str, ...]
    pictures: int
    sources: tuple[Source, ...]
    paper: str
    reader: Reader


@dataclass(frozen=True, slots=True)
class BenchmarkCheck:
    """Whether a benchmark's folder holds all of the release, and only that.

    Attributes:
        name: the benchmark's name.
        directory: the folder that was looked at.
        missing: files and folders that are not there, relative to `directory`.
        findings: counts, problems and notes of what is there.
    """

    name: str
    directory: Path
    missing: tuple[str, ...]
    findings: Findings

    @property
    def passed(self) -> bool:
        """Whether the benchmark can be loaded and is whole."""
        return not self.missing and not self.findings.problems
