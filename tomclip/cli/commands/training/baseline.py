"""`tomclip baseline`: ridge, procrustes, centring; list and remove them."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tomclip.cli.invocation import Command
from tomclip.cli.options import Force, JsonFile, Languages, language_codes
from tomclip.cli.output import STANDARD_OUTPUT, require_output, write_json
from tomclip.cli.terminal import progress, show_table
from tomclip.core.subsets import UNSEEN_CONCEPTS

if TYPE_CHECKING:
    from tomclip.baselines import Baseline
    from tomclip.config import DataConfig

Source = Annotated[
    str,
    typer.Option("--from", help="Text encoder: packaged, teacher, student, baseline or vectors."),
]
Name = Annotated[str | None, typer.Option(help="What it is called; default: after what it is.")]
Teacher = Annotated[str, typer.Option(help="Encoder whose space the map leads into.")]
Share = Annotated[
    float, typer.Option(help="Share of the emoji training concepts, above 0, at most 1.")
]
Captions = Annotated[
    str | None, typer.Option(help="Caption pairs instead of the emoji: a file, folder or data set.")
]
Pairs = Annotated[int | None, typer.Option(help="Training pairs of the captions; default: all.")]
ValidationPairs = Annotated[int, typer.Option(help="Validation pairs of the captions.")]
Anchor = Annotated[
    str | None,
    typer.Option(
        help="English captions beside the pairs: emoji, rest (those of --captions that the pairs "
        "leave), a .txt file or caption pairs.",
    ),
]
Targets = Annotated[
    str | None,
    typer.Option(help="The teacher's vectors of the captions: a folder of 'tomclip targets'."),
]
AnchorWeight = Annotated[
    float | None, typer.Option(help="The anchor's share of the error; default: by validation.")
]
Seed = Annotated[int, typer.Option(min=0, help="Of the choice of concepts.")]

family = typer.Typer(
    help="Fit a plain baseline behind any text encoder in seconds; list and remove them.",
    no_args_is_help=True,
)


@family.command("ridge", cls=Command)
def ridge(
    source: Source,
    name: Name = None,
    teacher: Teacher = "emoji-teacher",
    share: Share = 1.0,
    languages: Languages = None,
    captions: Captions = None,
    pairs: Pairs = None,
    validation_pairs: ValidationPairs = 5000,
    targets: Targets = None,
    anchor: Anchor = None,
    anchor_weight: AnchorWeight = None,
    strength: Annotated[float | None, typer.Option(help="Above 0; default: by validation.")] = None,
    seed: Seed = 0,
    json_file: JsonFile = None,
    force: Force = False,
) -> None:
    """Fit the linear map of least squared error from the encoder to the teacher's English."""
    options = {"strength": strength, "anchor": anchor, "anchor_weight": anchor_weight}
    data = _data(share, languages, captions, pairs, validation_pairs, targets)
    options |= {"name": name, "teacher": teacher, "data": data, "seed": seed, "force": force}
    _fit("ridge", source, json_file, **options)


@family.command("procrustes", cls=Command)
def procrustes(
    source: Source,
    name: Name = None,
    teacher: Teacher = "emoji-teacher",
    share: Share = 1.0,
    languages: Languages = None,
    captions: Captions = None,
    pairs: Pairs = None,
    validation_pairs: ValidationPairs = 5000,
    targets: Targets = None,
    anchor: Anchor = None,
    anchor_weight: AnchorWeight = None,
    seed: Seed = 0,
    json_file: JsonFile = None,
    force: Force = False,
) -> None:
    """Turn, scale and shift the encoder's vectors onto the teacher's English."""
    data = _data(share, languages, captions, pairs, validation_pairs, targets)
    options = {"anchor": anchor, "anchor_weight": anchor_weight, "name": name, "teacher": teacher}
    _fit("procrustes", source, json_file, **options, data=data, seed=seed, force=force)


@family.command("centring", cls=Command)
def centring(
    source: Source,
    name: Name = None,
    share: Share = 1.0,
    languages: Languages = None,
    captions: Captions = None,
    pairs: Pairs = None,
    validation_pairs: ValidationPairs = 5000,
    all_concepts: Annotated[
        bool,
        typer.Option("--all-concepts", help=f"Means of captions of {UNSEEN_CONCEPTS} too."),
    ] = False,
    seed: Seed = 0,
    json_file: JsonFile = None,
    force: Force = False,
) -> None:
    """Move every language's cloud of the encoder onto one centre."""
    data = _data(share, languages, captions, pairs, validation_pairs)
    options = {"name": name, "data": data, "seed": seed, "force": force}
    _fit("centring", source, json_file, **options, all_concepts=all_concepts)


@family.command("list", cls=Command)
def list_them(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """List the baselines on this machine."""
    from tomclip.baselines import list_baselines

    found = list_baselines()
    if as_json:
        typer.echo(json.dumps([_as_json(one) for one in found], indent=2, ensure_ascii=False))
    elif not found:
        typer.echo("no baselines; fit one with 'tomclip baseline ridge --from ENCODER'")
    else:
        rows = [[one.name, one.settings.title, one.settings.description] for one in found]
        show_table("Baselines", ["encoder", "title", "what it is"], rows, numbers=False)


@family.command("remove", cls=Command)
def remove(
    name: Annotated[str, typer.Argument(help="As 'tomclip baseline list' shows it.")],
) -> None:
    """Delete a baseline."""
    from tomclip.baselines import remove_baseline

    remove_baseline(name)
    typer.echo(f"{name}: removed")


def _fit(kind: Any, source: str, json_file: Any, **options: Any) -> None:
    target = json_file and require_output(
        json_file, force=bool(options["force"]), suffixes=(".json",)
    )
    from tomclip.baselines import fit_baseline

    with progress(f"fitting {kind} from {source}") as on_progress:
        made = fit_baseline(kind, source, **options, on_progress=on_progress)
    if target:
        write_json(target, _as_json(made))
    if target != STANDARD_OUTPUT:
        seconds = made.settings.facts["seconds"]
        typer.echo(f"{made.name}: {made.settings.description} {seconds:.1f} s")


def _data(
    share: float,
    languages: str | None,
    captions: str | None,
    pairs: int | None,
    validation_pairs: int,
    targets: str | None = None,
) -> DataConfig:
    """Returns the data settings of the options, refused as those of a training configuration."""
    from tomclip.config import parse_config

    asked: dict[str, Any] = {"share": share, "captions": captions, "pairs": pairs}
    asked["targets"] = targets
    if captions is not None:
        asked |= {"source": "captions", "validation_pairs": validation_pairs}
    if languages is not None:
        asked["languages"] = language_codes(languages)
    given = {key: value for key, value in asked.items() if value is not None}
    return parse_config({"data": given}, source="the options").data


def _as_json(baseline: Baseline) -> dict[str, Any]:
    return {"encoder": baseline.name, "path": str(baseline.path), **asdict(baseline.settings)}
