"""Commands that look at an encoder: embed, evaluate, compare."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tomclip.cli.console import STANDARD_OUTPUT, progress, require_output, write_json
from tomclip.cli.evaluations import Evaluation, write_clip_benchmark
from tomclip.cli.options import (
    Data,
    Directory,
    Encoder,
    Force,
    JsonFile,
    Languages,
    Rendering,
    Subset,
    SubsetName,
)
from tomclip.core.atomic import written_whole
from tomclip.core.errors import InputError

if TYPE_CHECKING:
    from tomclip.core.types import Embeddings


def embed(
    encoder: Encoder,
    output: Annotated[Path, typer.Option(help="File to write: .npz or .parquet.")],
    language: Annotated[str, typer.Option(help="Language of the texts.")] = "en",
    texts: Annotated[
        Path | None, typer.Option(help="Embed this file's lines instead of the emoji names.")
    ] = None,
    rendering: Annotated[
        str | None, typer.Option(help="Embed the pictures of this set instead of the names.")
    ] = None,
    subset: Subset = "all",
    force: Force = False,
) -> None:
    """Write an encoder's vectors of emoji names, of pictures, or of your own texts."""
    target = require_output(output, force=force, suffixes=(".npz", ".parquet"))
    from tomclip.cli.reporting import save_embeddings

    if texts is not None:
        embeddings = _text_file_embeddings(encoder, texts, language)
    else:
        embeddings = emoji_embeddings(encoder, language, rendering, subset)
    with written_whole(target) as partial:
        save_embeddings(embeddings, partial)
    typer.echo(f"{target}: {len(embeddings)} vectors of dimension {embeddings.vectors.shape[1]}")


def evaluate(
    encoder: Encoder,
    data: Data = "emoji",
    directory: Directory = None,
    subset: Subset = "all",
    languages: Languages = None,
    rendering: Rendering = None,
    shape: Annotated[
        bool, typer.Option(help="Measure shape, which takes most of the time.")
    ] = True,
    seed: Annotated[int, typer.Option(min=0, help="Of the sample and the bootstrap.")] = 0,
    cache: Annotated[bool, typer.Option(help="Reuse an equal evaluation.")] = True,
    per_item: Annotated[
        bool, typer.Option("--per-item", help="Keep every rank in the JSON.")
    ] = False,
    json_file: JsonFile = None,
    clip_benchmark: Annotated[
        Path | None,
        typer.Option(help="Write rows as CLIP_benchmark does, one JSON object a line: .jsonl."),
    ] = None,
    force: Force = False,
) -> None:
    """Measure accuracy, retrieval and shape of one encoder in every language."""
    target = json_file and require_output(json_file, force=force, suffixes=(".json",))
    rows = clip_benchmark and require_output(clip_benchmark, force=force, suffixes=(".jsonl",))
    chosen = Evaluation(data, directory, subset, languages, rendering, shape)
    from tomclip.cli.reporting import show_report

    with progress(f"evaluating {encoder}") as on_progress:
        report = chosen.report(encoder, seed=seed, cache=cache, on_progress=on_progress)
    if target != STANDARD_OUTPUT:
        show_report(report)
    if target:
        write_json(target, report.to_dict(per_item=per_item))
    if rows:
        write_clip_benchmark(rows, report, chosen.labels)


def compare(
    baseline: Annotated[str, typer.Option(help="Encoder that differences are taken from.")],
    encoder: Annotated[list[str], typer.Option(help="Encoder to compare; repeat for more.")],
    data: Data = "emoji",
    directory: Directory = None,
    subset: Subset = "all",
    languages: Languages = None,
    rendering: Rendering = None,
    shape: Annotated[
        bool, typer.Option(help="Measure shape, which takes most of the time.")
    ] = True,
    score: Annotated[list[str] | None, typer.Option(help="Score to show; repeat for more.")] = None,
    json_file: JsonFile = None,
    force: Force = False,
) -> None:
    """Show how encoders differ from a baseline, with paired bootstrap intervals and tests."""
    target = json_file and require_output(json_file, force=force, suffixes=(".json",))
    chosen = Evaluation(data, directory, subset, languages, rendering, shape)
    from tomclip.cli.reporting import difference_values, show_differences

    with progress("evaluating") as on_progress:
        table = chosen.differences(baseline, encoder, on_progress)
    if target != STANDARD_OUTPUT:
        show_differences(table, score or ())
    if target:
        chosen_part = {"subset": subset} if data == "emoji" else {}
        values = {"data": data, **chosen_part, "differences": difference_values(table)}
        write_json(target, values)


def emoji_embeddings(
    encoder: str, language: str, rendering: str | None, subset: SubsetName
) -> Embeddings:
    """Returns the vectors of the names, or of a rendering's pictures, of a subset of concepts."""
    from tomclip.data import language as known_language
    from tomclip.data import load_emoji
    from tomclip.evaluation import registered_vectors

    dataset = load_emoji()
    vectors = registered_vectors(encoder, dataset)
    if rendering is not None:
        return vectors.images(rendering, dataset.rows(subset))
    return vectors.texts(known_language(language).code, dataset.rows(subset))


def _text_file_embeddings(encoder: str, path: Path, language: str) -> Embeddings:
    from tomclip.data import language as known_language
    from tomclip.encoders import cached_text_embeddings

    try:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path} cannot be read as UTF-8 text; name a file of one text a line"
        ) from error
    if not lines:
        raise InputError(f"{path} holds no text; write one text a line")
    return cached_text_embeddings(encoder, lines, language=known_language(language).code)
