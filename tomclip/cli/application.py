"""Which commands there are, and what stands before them."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand
from typer.main import get_group

from tomclip import __version__
from tomclip.cli.invocation import Command, OneSentenceGroup

COMMANDS = {
    "embed": "Write an encoder's vectors of emoji names, of pictures, or of your own texts.",
    "evaluate": "Measure accuracy, retrieval and shape of one encoder in every language.",
    "compare": (
        "Show how encoders differ from a baseline, with paired bootstrap intervals and tests."
    ),
    "report": (
        "Write a comparison or a run as one file: verdict, figures, tables and the command."
    ),
    "export": "Compose saved figures as one at paper size, in every format; or list the sets.",
    "figure2": (
        "Draw class labels in several languages on every encoder's map, with groups boxed."
    ),
    "gap": "Show where languages fall behind English, class by class, and what is confused there.",
    "diagrams": (
        "Compute the persistence diagrams of each language's names, or of a file's vectors."
    ),
    "loops": "List the words that form a loop in one language, and what they are in another.",
    "difference": (
        "Test whether each language's shape differs from English by more than chance, and how far."
    ),
    "targets": (
        "Encode the English captions with a teacher, once. A stopped command goes on when repeated."
    ),
    "baseline": "Fit a plain baseline behind any text encoder in seconds; list and remove them.",
    "train": (
        "Train a student. Ctrl-C finishes the step, saves and ends; a second one ends at once."
    ),
    "sweep": "Train one configuration with several values of some settings and show the trade-off.",
    "reproduce": (
        "Train the paper's recipes over several seeds; show the table beside the published values."
    ),
    "study": "Compare forms of training over folds of the emoji and seeds, with paired tests.",
    "doctor": (
        "Check packages, device, shipped files and folders; exit code 1 when something is amiss."
    ),
    "app": "Start the studio. Further arguments go to `streamlit run`.",
    "runs": "Training runs on this machine.",
    "workspace": "Data sets of one's own: make one of your files, list, show and delete them.",
    "cache": "Show what the cache holds, or clear what is computed again when it is needed.",
    "data": "List the benchmarks: kind, languages, terms, where to get each and what is here.",
}
"""Each command and the sentence that lists it."""
ROOMS = {
    "measuring": (
        "embed",
        "evaluate",
        "compare",
        "report",
        "export",
        "figure2",
        "gap",
        "diagrams",
        "loops",
        "difference",
    ),
    "training": ("targets", "baseline", "train", "sweep", "reproduce", "study", "runs"),
    "machine": ("app", "cache", "data", "doctor", "workspace"),
}
"""The packages of `tomclip.cli.commands` and the commands in each, a module of its name."""


class Commands(OneSentenceGroup):
    """The commands: listed by their sentences, and imported when one is called.

    Importing all of them takes longer than printing what they are.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for name, sentence in COMMANDS.items():
            self.add_command(TyperCommand(name, help=sentence))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Returns the name, the imported command and the arguments that are left."""
        name, command, left = super().resolve_command(ctx, args)
        return name, imported_command(name) if name else command, left


def imported_command(name: str) -> Any:
    """Returns the command of a module: its `family` of commands, or its function of that name."""
    room = next(room for room, names in ROOMS.items() if name in names)
    module = import_module(f"tomclip.cli.commands.{room}.{name}")
    alone = typer.Typer()
    if family := getattr(module, "family", None):
        alone.add_typer(family, name=name)
    else:
        settings = getattr(module, "CONTEXT_SETTINGS", None)
        alone.command(name, cls=Command, context_settings=settings)(getattr(module, name))
    return get_group(alone).commands[name]


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


application = typer.Typer(
    name="tomclip",
    cls=Commands,
    help="ToMCLIP Studio: see, train and compare the shape of multilingual embeddings.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@application.callback()
def root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Print the version and stop."
        ),
    ] = False,
) -> None:
    """Options that stand before the command."""
