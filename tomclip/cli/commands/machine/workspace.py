"""`tomclip workspace`: data sets of one's own, made of files and kept by name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tomclip.cli.invocation import Command
from tomclip.cli.options import Force
from tomclip.cli.output import STANDARD_OUTPUT, require_output, write_text
from tomclip.cli.terminal import show_table
from tomclip.core.paths import workspaces_directory
from tomclip.core.reading.characters import cut_after

if TYPE_CHECKING:
    from tomclip.workspaces import Contents, Finding, Inspection, Workspace

SHOWN_ROWS, SHOWN_WIDTH = 10, 40
Name = Annotated[str, typer.Argument(help="A workspace's name, as 'tomclip workspace list' says.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Yes = Annotated[bool, typer.Option("--yes", help="Ask nothing.")]
family = typer.Typer(
    help="Data sets of one's own: make one of your files, list, show and delete them.",
    no_args_is_help=True,
)


@family.command("create", cls=Command)
def create(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Captions (.csv, .tsv, .jsonl, .parquet), pictures, vectors (.npy, .npz, "
            ".safetensors), folders and zips of them."
        ),
    ],
    name: Annotated[str, typer.Option(help="Its name: letters, digits, -, _ and .")],
    column: Annotated[
        list[str] | None,
        typer.Option(
            help="What a column is, such as caption=text:ko, nr=item, lang=language, "
            "file=picture, kind=label or note=ignore; repeat for more."
        ),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in place of the workspace of that name.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Make a workspace of files, after showing what each column is and what is odd."""
    from tomclip.workspaces import inspected, parse_changes, require_name, write_workspace

    require_name(name)
    with inspected(files) as found:
        changes = parse_changes(column or ())
        _show_mapping(found, changes)
        contents = found.contents(changes, name=name)
        _show_contents(contents)
        if not yes:
            typer.confirm(f"Write the workspace {name}?", abort=True)
        made = write_workspace(name, contents, found.sources.given, replace=replace)
    typer.echo(f"{made.path}: version {made.latest['version']}; use it by --data workspace:{name}")


@family.command("list", cls=Command)
def list_all(as_json: AsJson = False) -> None:
    """List the workspaces of this machine."""
    from tomclip.workspaces import list_workspaces

    found = list_workspaces()
    if as_json:
        typer.echo(json.dumps([_values(one) for one in found], indent=2, ensure_ascii=False))
        return
    if not found:
        typer.echo(
            f"no workspaces in {workspaces_directory()}; make one with 'tomclip workspace create "
            "FILE --name NAME'"
        )
        return
    rows = [
        [
            one.name,
            f"{one.latest['items']:,}",
            ", ".join(one.languages),
            f"{one.latest['pictures']:,}",
            str(one.latest["version"]),
        ]
        for one in found
    ]
    header = ["name", "items", "languages", "pictures", "version"]
    show_table(f"Workspaces in {workspaces_directory()}", header, rows, numbers=False)


@family.command("show", cls=Command)
def show(name: Name, as_json: AsJson = False) -> None:
    """Show what a workspace holds, what is odd about it, and where it came from."""
    from tomclip.workspaces import open_workspace

    found = open_workspace(name)
    if as_json:
        typer.echo(json.dumps(_values(found), indent=2, ensure_ascii=False))
        return
    rows = [[code, f"{count:,}"] for code, count in found.languages.items()]
    show_table(f"{found.path}", ["language", "texts"], rows)
    _show_findings(found.findings)
    for version in found.versions:
        sources = ", ".join(source["name"] for source in version["sources"])
        typer.echo(f"version {version['version']}, {version['made_at']}: {sources}")
    if found.pairs:
        typer.echo(f"training: data.source: captions, data.captions: workspace:{found.name}")
    if found.encoder:
        typer.echo(f"its vectors: --encoder {found.encoder}")


@family.command("rename", cls=Command)
def rename(name: Name, new: Annotated[str, typer.Argument(help="Its new name.")]) -> None:
    """Give a workspace another name."""
    from tomclip.workspaces import rename_workspace

    typer.echo(f"{rename_workspace(name, new).path}")


@family.command("delete", cls=Command)
def delete(name: Name, yes: Yes = False) -> None:
    """Remove a workspace from the disk, after asking; it cannot be brought back."""
    from tomclip.workspaces import delete_workspace, open_workspace

    found = open_workspace(name)
    if not yes:
        typer.confirm(f"Remove {found.path}, {found.latest['items']:,} items?", abort=True)
    delete_workspace(name)
    typer.echo(f"{found.path}: removed")


@family.command("template", cls=Command)
def template(
    output: Annotated[Path, typer.Argument(help="File to write: .csv, or - for stdout.")],
    languages: Annotated[
        str, typer.Option(help="Columns of texts, with commas between: en,ko.")
    ] = "en,de,ko,ja",
    force: Force = False,
) -> None:
    """Write a table to fill in: an item a row, a language a column."""
    from tomclip.workspaces import template_csv

    target = require_output(output, force=force, suffixes=(".csv",))
    text = template_csv(languages.split(","))
    if target == STANDARD_OUTPUT:
        typer.echo(text, nl=False)
        return
    write_text(target, text)
    typer.echo(f"{target}: fill it in, then 'tomclip workspace create {target} --name NAME'")


def _show_mapping(found: Inspection, changes: Any) -> None:
    """Prints what each column is, with its first values."""
    from tomclip.workspaces import ROLE_TITLES

    mapping = found.mapping and found.mapping.changed(changes)
    if mapping is None:
        return
    head = found.head(SHOWN_ROWS)
    rows = [
        [
            use.name,
            ROLE_TITLES[use.role],
            f"{use.language or 'of the row'}{' (guessed)' * use.guessed}"
            if use.role == "text"
            else "",
            _first(head[use.name]),
        ]
        for use in mapping.uses
    ]
    show_table("Columns", ["column", "what it is", "language", "first values"], rows, numbers=False)


def _first(values: Any) -> str:
    shown = ", ".join(dict.fromkeys(value for value in values if value))
    return cut_after(shown, SHOWN_WIDTH)


def _show_contents(contents: Contents) -> None:
    counts = contents.captions["language"].value_counts()
    texts = ", ".join(f"{code} {counts[code]:,}" for code in contents.languages) or "none"
    pictures = f"{len(contents.pictures):,} pictures"
    typer.echo(f"{len(contents.items):,} items; texts: {texts}; {pictures}")
    _show_findings(contents.findings)


def _show_findings(findings: Sequence[Finding]) -> None:
    if not findings:
        typer.echo("nothing odd was found")
        return
    rows = [
        [f"{one.count:,}", one.words, one.language, " | ".join(one.examples)] for one in findings
    ]
    header = ["count", "what", "language", "such as"]
    show_table("What is odd", header, rows, numbers=False)


def _values(found: Workspace) -> dict[str, Any]:
    from dataclasses import asdict

    return {"name": found.name, **asdict(found), "path": str(found.path), "encoder": found.encoder}
