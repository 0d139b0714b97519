"""`tomclip targets`: encodes the captions of a training set with a teacher."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console

from tomclip.cli.interruption import INTERRUPTED
from tomclip.core.errors import InputError
from tomclip.core.progress import Pace

if TYPE_CHECKING:
    from tomclip.targets.encoding import TargetShards

LOG_SECONDS = 30.0


def targets(
    captions: Annotated[
        str,
        typer.Option(
            help="CSV, JSONL or parquet of caption pairs, a folder of them, or a Hugging Face "
            "data set such as M-CLIP/ImageCaptions-7M-Translations."
        ),
    ],
    teacher: Annotated[str, typer.Option(help="Encoder, such as ViT-B-32/openai.")],
    output: Annotated[Path, typer.Option(help="Directory to write, or to go on with.")],
    pairs: Annotated[
        int | None, typer.Option(min=1, help="Training pairs, chosen by --seed; default: all.")
    ] = None,
    validation_pairs: Annotated[int, typer.Option(min=0, help="Validation pairs beside them.")] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Of the choice.")] = 0,
    columns: Annotated[
        list[str] | None,
        typer.Option(help="Our column and yours, such as caption=text; repeat for more."),
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="Language of all pairs, for files without codes.")
    ] = None,
    drop_empty: Annotated[
        bool, typer.Option("--drop-empty", help="Leave out pairs with an empty caption.")
    ] = False,
    shard_size: Annotated[int, typer.Option(min=1, help="Vectors in a file.")] = 16_384,
    batch_size: Annotated[int, typer.Option(min=1, help="Captions per forward pass.")] = 256,
    dtype: Annotated[
        Literal["float32", "float16"], typer.Option(help="How vectors are stored.")
    ] = "float32",
    precision: Annotated[
        Literal["fp32", "bf16", "fp16"], typer.Option(help="How the teacher computes.")
    ] = "fp32",
    device: Annotated[Literal["auto", "cpu", "cuda"], typer.Option(help="Where.")] = "auto",
) -> None:
    """Encode the English captions with a teacher, once. A stopped command goes on when repeated."""
    from tomclip.data.captions.table import open_captions
    from tomclip.encoders import choose_device
    from tomclip.targets.encoding import encode_targets

    table = open_captions(
        captions, columns=_mapping(columns or ()), language=language, drop_empty=drop_empty
    )
    chosen = table.captions()
    if pairs is not None or validation_pairs:
        chosen = table.captions(
            table.select(pairs, validation_pairs=validation_pairs, seed=seed).rows
        )
    started = perf_counter()
    try:
        with _progress(teacher) as shown:
            made = encode_targets(
                chosen,
                teacher,
                output,
                shard_size=shard_size,
                batch_size=batch_size,
                dtype=dtype,
                precision=precision,
                device=choose_device(device),
                on_progress=shown,
            )
    except KeyboardInterrupt:
        typer.echo(f"{output}: stopped; the same command goes on from here", err=True)
        raise typer.Exit(INTERRUPTED) from None
    typer.echo(_summary(made, perf_counter() - started, shown.pace))


def _mapping(columns: Sequence[str]) -> dict[str, str]:
    mapping = {}
    for text in columns:
        ours, equals, theirs = text.partition("=")
        if not equals or not theirs:
            raise InputError(f"--columns is {text!r}; write ours=yours, such as caption=text")
        mapping[ours.strip()] = theirs.strip()
    return mapping


class _Shown:
    """Draws the progress and its pace: on a terminal at once, in a log every 30 s."""

    def __init__(self, draw: Callable[[Pace], None]) -> None:
        self.pace = Pace()
        self._draw = draw
        self._said = perf_counter()

    def __call__(self, done: int, total: int) -> None:
        self.pace(done, total)
        self._draw(self.pace)
        if not sys.stderr.isatty() and perf_counter() - self._said >= LOG_SECONDS:
            self._said = perf_counter()
            typer.echo(f"{done:,} of {total:,} captions, {_speed(self.pace)}", err=True)


@contextmanager
def _progress(teacher: str) -> Iterator[_Shown]:
    """Yields a listener that draws done of all, captions/s and the time left on a terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]}"),
    )
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not sys.stderr.isatty()
    ) as bars:
        task = bars.add_task(f"encoding with {teacher}", total=None, speed="")

        def draw(pace: Pace) -> None:
            bars.update(task, completed=pace.done, total=pace.total, speed=_speed(pace))

        yield _Shown(draw)


def _speed(pace: Pace) -> str:
    if pace.seconds_left is None:
        return ""
    minutes, seconds = divmod(round(pace.seconds_left), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{pace.per_second:,.0f} captions/s, {hours}:{minutes:02}:{seconds:02} left"


def _summary(made: TargetShards, seconds: float, pace: Pace) -> str:
    rate = "nothing to encode"
    if pace.per_second:
        rate = f"{pace.per_second:,.0f} captions per second"
    return (
        f"{made.directory}: {len(made):,} captions, {made.plan.targets:,} different, dimension "
        f"{made.dimension}, {seconds:.1f} s, {rate}, {made.size / 1e6:,.1f} MB"
    )
