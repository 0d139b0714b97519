"""Under which terms everything came that a report shows: a paper has to say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tomclip.data import BENCHMARKS, load_emoji
from tomclip.data.icons import load_icons
from tomclip.evaluation.readings.encoders import NamedEncoder
from tomclip.evaluation.report import EvaluationReport
from tomclip.export.report.markup import text_table

PUBLISHED = "as the model's own page says"
OWN_DATA = "data of one's own: as their owner says"
HEADER = ("what", "source", "licence or terms")


def licence_table(report: EvaluationReport, encoders: Sequence[NamedEncoder]) -> str:
    """Returns the table of `licence_rows` for a report's page."""
    return text_table("Of data, pictures and encoders", HEADER, licence_rows(report, encoders))


def licence_rows(
    report: EvaluationReport, encoders: Sequence[NamedEncoder]
) -> list[tuple[str, str, str]]:
    """Returns what, source and terms of the texts, the pictures and the encoders.

    Args:
        report: of any of the encoders, as all are on the same data.
        encoders: that were compared.
    """
    return [*data_terms(report.data, report.rendering), *map(_encoder, encoders)]


def data_terms(data: str, rendering: str) -> Iterator[tuple[str, str, str]]:
    """Yields what, source and licence of every part of the data that was evaluated on.

    Args:
        data: as reports name it.
        rendering: of the emoji, whose other pictures are left out.
    """
    if data == "emoji":
        shown = (None, rendering)
        for one in load_emoji().attribution:
            if one.get("rendering") in shown:
                yield _package("pictures" if "rendering" in one else "names, categories", one)
    elif data == "icons":
        yield from (_package("pictures", one) for one in load_icons().attribution)
        names = (one for one in load_emoji().attribution if "rendering" not in one)
        yield from (_package("names, categories", one) for one in names)
    elif data in BENCHMARKS:
        for source in BENCHMARKS[data].sources:
            yield source.what, source.address, source.terms
    else:
        yield data, "", OWN_DATA


def _package(what: str, one: Mapping[str, Any]) -> tuple[str, str, str]:
    return what, f"{one['credit']} ({one['package']} {one['version']})", str(one["licence"])


def _encoder(one: NamedEncoder) -> tuple[str, str, str]:
    return f"encoder {one.title}", one.name, str(one.facts.get("licence", PUBLISHED))
