"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from tomclip.cli.task_names import METAVAR, completed_names, known_name
from tomclip.core.languages import parse_language
from tomclip.core.paths import runs_directory, user_path
from tomclip.core.subsets import QUALIFIERS, UNSEEN
from tomclip.core.subsets import Subset as SubsetName

Encoder = Annotated[
    str, typer.Option("--encoder", help="Name (docs/encoders.md), directory, or vectors:FILE.")
]
Data = Annotated[
    str,
    typer.Option(
        "--data",
        metavar=METAVAR,
        callback=known_name,
        autocompletion=completed_names,
        help="The embedded emoji, a benchmark (see 'tomclip data'), workspace:NAME, a folder of "
        "data, or a task of your own.",
    ),
]
Directory = Annotated[
    Path | None,
    typer.Option(
        "--directory", help="Folder of the benchmark's files; default: see 'tomclip data'."
    ),
]
Labels = Annotated[
    Path | None,
    typer.Option(
        "--labels",
        help="Your names of a benchmark's classes, CSV or TSV: a class per row, a language per "
        "column.",
    ),
]
Prompts = Annotated[
    Path | None,
    typer.Option(
        "--prompts",
        help="Your prompts, CSV or TSV: a language per column, {} where the name goes; several "
        "rows are an ensemble.",
    ),
]
Languages = Annotated[
    str | None, typer.Option(help="Codes with commas between, such as en,ko,ja; default: all.")
]
Subset = Annotated[
    SubsetName,
    typer.Option(
        help=f"Emoji asked and offered: all, those {QUALIFIERS['seen']}, or those {UNSEEN}."
    ),
]
Rendering = Annotated[
    str | None, typer.Option(help="Picture set of the emoji; default: the held-out one.")
]
Fold = Annotated[
    int | None,
    typer.Option(
        min=0, max=4, help="Fifth of the emoji that is held out, as data.fold of the training."
    ),
]
Shape = Annotated[bool, typer.Option(help="Measure shape, which takes most of the time.")]
Metric = Annotated[
    Literal["cosine", "euclidean"], typer.Option(help="Distance between embeddings.")
]
MaxPoints = Annotated[
    int,
    typer.Option("--max-points", "--points", help="Most concepts used; a seeded sample."),
]
Force = Annotated[bool, typer.Option("--force", help="Replace an existing output file.")]
JsonFile = Annotated[
    Path | None,
    typer.Option("--json", help="Write the result here as JSON; - for stdout, without a table."),
]


def language_codes(languages: str | None) -> tuple[str, ...] | None:
    """Returns the codes of the tags in a list such as "en,zh-CN"; None (all languages) stays None.

    Raises:
        InputError: when one of them is no language's tag.
    """
    return None if languages is None else tuple(map(parse_language, languages.split(",")))


def run_path(run: str) -> Path:
    """Returns the folder of a run's id, or the folder that was named."""
    path = runs_directory() / run
    return path if path.is_dir() else user_path(run)
