"""How the numbers of a report were made: settings, and the versions of what made them."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any

from tomclip import __version__
from tomclip.evaluation.metrics.bootstrap import SAMPLES
from tomclip.evaluation.report import EvaluationReport
from tomclip.export.report.markup import folded, text_table

DRAWN_WITH = "plotly"
NOT_SHOWN = ("revisions",)
"""Settings that stand beside the encoder."""
BOOTSTRAP = f"95 %, {SAMPLES:,} resamples"
MEANINGS: Mapping[str, str] = {
    "bootstrap": "percentile intervals; whole items are drawn, the same ones for every encoder",
    "languages": "asked, in this order",
    "ks": "places that count in top-k and recall@k",
    "references": "English texts that shapes are compared with: one's own, or the teacher's",
    "metric": "of diagrams and neighbours; ranking is by cosine similarity",
    "max_points": "most texts that a persistence diagram is computed on, a seeded sample",
    "seed": "of the sample and of the resamples",
    "rendering": "pictures that are asked about",
    "subset": "items that are asked and offered",
    "items": "what is resampled",
    "fold": "fifth of the emoji that is held out",
}


def settings_parts(reports: Sequence[EvaluationReport], titles: Mapping[str, str]) -> list[str]:
    """Returns a table of the settings, and folded what is too long for it.

    Args:
        reports: of the encoders that were compared.
        titles: shown title of every encoder.
    """
    keys = dict.fromkeys(key for report in reports for key in report.settings)
    rows: list[tuple[str, str, str]] = [("bootstrap", BOOTSTRAP, MEANINGS["bootstrap"])]
    long: list[str] = []
    for key in (key for key in keys if key not in NOT_SHOWN):
        values = {titles[one.encoder]: one.settings.get(key) for one in reports}
        if any(isinstance(value, Mapping) for value in values.values()):
            same = len({str(value) for value in values.values()}) == 1
            long.append(folded(key, next(iter(values.values())) if same else values))
        else:
            rows.append((key, _said(values), MEANINGS.get(key, "")))
    return [text_table("Settings", ("setting", "value", "what it is"), rows), *long]


def version_table(reports: Sequence[EvaluationReport], titles: Mapping[str, str]) -> str:
    """Returns the versions that the scores were made with, and those that wrote the report."""
    libraries = dict.fromkeys(name for report in reports for name in report.versions)
    scores = [
        (name, _said({titles[one.encoder]: one.versions.get(name) for one in reports}))
        for name in libraries
    ]
    return text_table("Versions", ("library", "version"), [*scores, *_writers()])


def _writers() -> Iterator[tuple[str, str]]:
    yield (
        "this report",
        (
            f"ToMCLIP Studio {__version__}, Python {platform.python_version()}, "
            f"{DRAWN_WITH} {version(DRAWN_WITH)}"
        ),
    )


def _said(values: Mapping[str, Any]) -> str:
    """Returns one value where all are equal, else each with the title it is of."""
    texts = {title: written_value(value) for title, value in values.items()}
    if len(set(texts.values())) == 1:
        return next(iter(texts.values()))
    return "; ".join(f"{title}: {text}" for title, text in texts.items())


def written_value(value: Any) -> str:
    """Returns a setting as it stands in a table."""
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None or value == "" else str(value)
