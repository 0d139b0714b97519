"""The report of a training run: how far it came, its curves, its settings, what trains it again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from tomclip import __version__
from tomclip.core.formatting import duration
from tomclip.core.scores import capitalised, score_kind
from tomclip.core.subsets import UNSEEN_CONCEPTS
from tomclip.core.types import Event, RunRecord
from tomclip.export.report import markup
from tomclip.export.report.made import written_value
from tomclip.export.report.page import Section, report_page
from tomclip.figures import FigureContext, live_loss_figure, live_scores_figure
from tomclip.figures.style.context import LANGUAGE_NAMES
from tomclip.figures.training.loss_weights import changes_of
from tomclip.runs import RunSummary, observed_state, read_events, read_run, run_summary
from tomclip.runs.directory import read_environment
from tomclip.runs.observation import state_in_words
from tomclip.runs.records import flat_config
from tomclip.runs.tables import loss_table, scores_table
from tomclip.runs.weight_history import starting_weights

CONFIG_FILE = "config.yaml"
WEIGHTS_CHANGED = (
    "Loss weights were changed while it trained (dotted lines in the figures), which this command "
    "does not repeat."
)
SCORE_HEADER = ("score", "best", "at step", "last")
NO_SCORES = "no score is recorded yet"


def run_report(
    path: Path, *, command: str, made_at: datetime | None = None, paper: bool = False
) -> bytes:
    """Returns a page in UTF-8 that needs no network: what `comparison_report` is for encoders.

    Args:
        path: of the run's folder.
        command: what writes the same report.
        made_at: when; None is now.
        paper: whether figures are drawn for a printed sheet and not for a screen.

    Raises:
        RunError: when the run's status or events cannot be read.
    """
    summary, run, events = run_summary(path), read_run(path), read_events(path)
    figures = tuple(
        markup.captioned(figure, caption, number, paper=paper)
        for number, (figure, caption) in enumerate(run_figures(run, events), 1)
    )
    return report_page(
        title=f"Training run {run.name}",
        about=run_about(run, made_at),
        verdict=run_verdict(run, summary),
        sections=[
            Section("Scores", (_score_table(summary),), follows=True),
            *([Section("Figures", figures)] if figures else []),
            Section("Settings and versions", tuple(_settings(run, summary))),
            Section(
                "The commands that repeat it", tuple(_commands(run, summary, command)), follows=True
            ),
        ],
    )


def run_about(run: RunRecord, made_at: datetime | None) -> str:
    """Returns the run's id, and when and by what the report was written."""
    made_at = made_at or datetime.now(UTC)
    return f"{run.id}. Written on {made_at:%Y-%m-%d %H:%M} UTC by ToMCLIP Studio {__version__}."


def run_verdict(run: RunRecord, summary: RunSummary) -> str:
    """Returns in one sentence how far a run came, and the best of every score it recorded."""
    status = summary.status
    best = "; ".join(
        f"best {score_kind(name).title} {_value(name, score.value)} at step {score.step:,}"
        for name, score in summary.best.items()
    )
    return (
        f"{run.name} is {state_in_words(observed_state(run.path))} at step {status.step:,} of "
        f"{status.total:,}: {best or NO_SCORES}."
    )


def _value(name: str, value: float) -> str:
    kind = score_kind(name)
    return f"{kind.written(value)} {kind.unit if kind.is_share else ''}".rstrip()


def score_rows(summary: RunSummary) -> list[tuple[str, str, str, str]]:
    """Returns the best and the last mean over the languages of each score: see `SCORE_HEADER`."""
    return [
        (
            capitalised(score_kind(name).title),
            _value(name, score.value),
            f"{score.step:,}",
            _value(name, summary.last[name]),
        )
        for name, score in summary.best.items()
    ]


def _score_table(summary: RunSummary) -> str:
    title = "Means over the languages, of the student as it was trained"
    return markup.text_table(title, SCORE_HEADER, score_rows(summary))


def run_figures(run: RunRecord, events: Sequence[Event]) -> Iterator[tuple[go.Figure, str]]:
    """Yields the curves of loss and of scores, with their captions, where they are recorded."""
    start = starting_weights(run.config)
    changes, losses = changes_of(events, start), loss_table(events)
    scores = scores_table(events)
    if len(losses):
        yield (
            live_loss_figure(
                losses,
                weights=start,
                changes=changes,
                context=FigureContext(metric="", note=run.name),
            ),
            "Each term of the loss times its weight, stacked; the line is their sum.",
        )
    if len(scores):
        yield (
            live_scores_figure(
                scores,
                changes=changes,
                context=FigureContext(note=run.name, languages=LANGUAGE_NAMES),
            ),
            f"Scores on {UNSEEN_CONCEPTS} at every full probe, by language and as their mean; "
            "distances are to the teacher's English.",
        )


def _settings(run: RunRecord, summary: RunSummary) -> Iterator[str]:
    environment = read_environment(run.path)
    yield _facts("Settings", flat_config(run.config))
    if environment:
        yield _facts("Versions and machine", flat_config(environment))
    times = {"started": run.started_at, "ended": run.finished_at}
    times["training steps took"] = duration(summary.training_seconds)
    yield _facts("Times", times)


def _facts(title: str, facts: Mapping[str, Any]) -> str:
    rows = [(key, written_value(value)) for key, value in facts.items()]
    return markup.text_table(title, ("what", "value"), rows)


def _commands(run: RunRecord, summary: RunSummary, command: str) -> Iterator[str]:
    yield markup.paragraph("This report:")
    yield markup.command_line(command)
    yield markup.paragraph("The training, anew:")
    yield markup.command_line(training_command(run))
    if summary.weights_changed:
        yield markup.paragraph(WEIGHTS_CHANGED, "note")


def training_command(run: RunRecord) -> str:
    """Returns the line for a shell that trains with the run's settings again."""
    return f"tomclip train --config {shlex.quote(str(run.path / CONFIG_FILE))}"
