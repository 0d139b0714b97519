"""`tomclip train`: trains a student, or continues a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tomclip.cli.config_changes import configured
from tomclip.cli.interruption import INTERRUPTED, stop_on_signal
from tomclip.cli.terminal import progress
from tomclip.core.errors import ConfigError, RunError
from tomclip.core.scores import MEAN

BEST = "best"
"""The recipe that docs/study.md recommends."""

if TYPE_CHECKING:
    from tomclip.config import TrainConfig
    from tomclip.core.progress import OnProgress
    from tomclip.core.types import Event


def train(
    config: Annotated[
        Path | None,
        typer.Option(help="YAML file, or the name of one that ships; default: the recipe best."),
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help="Change one key, such as loss.h0_weight=0.01; repeat for more."),
    ] = None,
    directory: Annotated[
        Path | None, typer.Option(help="The run's own folder; default: a new one among the runs.")
    ] = None,
    resume: Annotated[
        Path | None, typer.Option(help="Continue this run directory from its latest checkpoint.")
    ] = None,
) -> None:
    """Train a student. Ctrl-C finishes the step, saves and ends; a second one ends at once.

    Under 'accelerate launch -m tomclip train ...' or torchrun the processes share every batch.
    """
    settings = _settings(config, changes or (), directory, resume)
    from tomclip.runs import advance_queue

    _announce_loading(resume or directory)
    from tomclip import training

    main = training.launched_as_main()
    drawn = progress("training") if main else nullcontext(lambda done, total: None)
    with drawn as bar, stop_on_signal() as should_stop:
        options = {
            "on_event": shown(bar, settings.optimiser.steps),
            "should_stop": should_stop,
        }
        try:
            if resume is not None:
                result = training.resume(resume, **options)
            else:
                result = training.train(settings, directory=directory, **options)
        finally:
            if main:
                with suppress(RunError):
                    advance_queue()
    if main:
        state = "stopped" if result.state == "cancelled" else result.state
        typer.echo(f"{result.run.path}: {state} at step {result.step}, best {result.best_step}")
        if state == "stopped":
            typer.echo(f"it can be resumed: tomclip train --resume {result.run.path}")
    raise typer.Exit(0 if result.state == "finished" else INTERRUPTED)


def shown(bar: OnProgress, total: int) -> Callable[[Event], None]:
    """Returns a listener that moves the bar each step and prints a line per validation.

    It also tells how far the encoding of targets is, before the first step.
    """

    from tomclip.runs.lone_captions import lone_captions_sentence
    from tomclip.runs.scores import recorded_scores

    def listen(event: Event) -> None:
        bar(event.step, total)
        if event.split == "targets":
            done, of = event.values["done"], event.values["total"]
            rate = event.values["captions_per_second"]
            typer.echo(f"targets: {done:,} of {of:,} captions, {rate:,.0f} a second")
        if joined := lone_captions_sentence([event]):
            typer.echo(joined)
        if event.split == "validation":
            rank = recorded_scores(event)["mean_reciprocal_rank"][MEAN]
            typer.echo(f"step {event.step} of {total}: mean reciprocal rank {rank:.4f}")

    return listen


def _announce_loading(run: Path | None) -> None:
    """Tells who watches a queued run what takes so long."""
    from tomclip.runs.status import announce_phase

    if run is not None:
        with suppress(RunError):
            announce_phase(run, "loading torch")


def _settings(
    config: Path | None, changes: Sequence[str], directory: Path | None, resume: Path | None
) -> TrainConfig:
    if resume is None:
        return configured(config or Path(BEST), changes)
    if config is not None:
        raise ConfigError("give either --config to start a run or --resume to continue one")
    if changes or directory:
        raise ConfigError("--resume continues a run as it was; leave --set and --directory out")
    from tomclip.runs import RunDirectory, read_status

    read_status(resume)
    return RunDirectory(resume).config()
