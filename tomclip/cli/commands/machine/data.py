"""`tomclip data`: which benchmarks there are, where to get each, whether a copy is whole."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tomclip.cli.invocation import Command
from tomclip.cli.terminal import show_table

if TYPE_CHECKING:
    from tomclip.data import BenchmarkCheck, BenchmarkInfo

Name = Annotated[str, typer.Argument(help="A benchmark's name, as 'tomclip data' lists it.")]
Directory = Annotated[
    Path | None, typer.Option("--directory", help="The benchmark's folder; default: its own.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
family = typer.Typer(invoke_without_command=True)
STATE_WORDS = {
    "absent": "not here",
    "incomplete": "files missing",
    "present": "here",
}


@family.callback()
def benchmarks(context: typer.Context, as_json: AsJson = False) -> None:
    """List the benchmarks: kind, languages, terms, where to get each and what is here."""
    if context.invoked_subcommand is not None:
        return
    from tomclip.core.paths import data_directory
    from tomclip.data import BENCHMARKS, benchmark_state

    states = {name: benchmark_state(name) for name in BENCHMARKS}
    if as_json:
        values = [_facts(info, states[name]) for name, info in BENCHMARKS.items()]
        typer.echo(json.dumps(values, indent=2, ensure_ascii=False))
        return
    rows = [
        [name, info.kind, str(info.pictures), _languages(info), STATE_WORDS[states[name]]]
        for name, info in BENCHMARKS.items()
    ]
    header = ["name", "kind", "pictures", "languages", "on this machine"]
    show_table(f"Benchmarks in {data_directory()}", header, rows, numbers=False)
    for info in BENCHMARKS.values():
        typer.echo(f"\n{info.name}: {info.title}")
        _show_sources(info)
    typer.echo("\nPut each in a folder of its name there, or name one with --directory.")


@family.command(cls=Command)
def show(name: Name, directory: Directory = None, as_json: AsJson = False) -> None:
    """Say what one benchmark is, how its folder must look and where to get each file."""
    from tomclip.data import benchmark_directory, benchmark_state
    from tomclip.data.benchmarks.registry import benchmark_info

    info = benchmark_info(name)
    state = benchmark_state(name, directory)
    if as_json:
        typer.echo(json.dumps(_facts(info, state), indent=2, ensure_ascii=False))
        return
    typer.echo(f"{info.title}: {info.kind}, {info.pictures} pictures; {info.paper}")
    typer.echo(f"languages: {', '.join(info.languages)}")
    typer.echo(f"folder: {benchmark_directory(name, directory)} ({STATE_WORDS[state]})")
    _show_sources(info)


@family.command(cls=Command)
def check(
    name: Name,
    directory: Directory = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Only look for the pictures; do not open them.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check every file of a benchmark; exit code 1 when something is missing or wrong."""
    from tomclip.data import check_benchmark

    found = check_benchmark(name, directory, open_pictures=not quick)
    if as_json:
        values = {
            "name": found.name,
            "directory": str(found.directory),
            "passed": found.passed,
            "missing": found.missing,
            **asdict(found.findings),
        }
        typer.echo(json.dumps(values, indent=2, ensure_ascii=False))
    else:
        _show_check(found)
    raise typer.Exit(0 if found.passed else 1)


def _show_check(found: BenchmarkCheck) -> None:
    rows = [[what, str(number)] for what, number in found.findings.counts.items()]
    if rows:
        show_table(f"{found.name} in {found.directory}", ["what", "number"], rows)
    for note in found.findings.notes:
        typer.echo(f"note: {note}")
    if not found.directory.is_dir():
        typer.echo(f"{found.directory} does not exist")
    for missing in found.missing:
        typer.echo(f"missing: {missing}")
    for problem in found.findings.problems:
        typer.echo(f"wrong: {problem}")
    if found.passed:
        typer.echo(f"{found.name} is whole")
    else:
        typer.echo(f"'tomclip data show {found.name}' says where to get each file")


def _show_sources(info: BenchmarkInfo) -> None:
    for source in info.sources:
        typer.echo(f"  {source.path}\n    {source.what}")
        typer.echo(f"    from {source.address}; terms: {source.terms}")


def _languages(info: BenchmarkInfo) -> str:
    return f"{len(info.languages)}: {' '.join(info.languages)}"


def _facts(info: BenchmarkInfo, state: str) -> dict[str, Any]:
    return {
        "name": info.name,
        "title": info.title,
        "kind": info.kind,
        "pictures": info.pictures,
        "languages": info.languages,
        "state": state,
        "paper": info.paper,
        "sources": [asdict(source) for source in info.sources],
    }
