"""What the report of a comparison says in sentences: the verdict, and each encoder in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tomclip.core.languages import LANGUAGES
from tomclip.core.scores import hit_name, score_kind
from tomclip.core.subsets import QUALIFIERS
from tomclip.evaluation.readings import sentences
from tomclip.evaluation.readings.encoders import NamedEncoder
from tomclip.evaluation.readings.tables import chance_sentence
from tomclip.evaluation.report import EvaluationReport
from tomclip.export.report import markup
from tomclip.export.report.told import has_shape

NOTHING_SHARED = "No score was measured of two of the encoders, so there is nothing to say of them."


def verdict_sentence(
    reports: Sequence[EvaluationReport], asked: str, shape: str, titles: Mapping[str, str]
) -> str:
    """Returns what came out, in one sentence of plain text.

    Args:
        reports: the baseline's first, with their ranks.
        asked: whose first answers count; "" where two encoders have none in common.
        shape: the shape score; "" as above.
        titles: shown title of every encoder.
    """
    found = sentences.verdict(reports, shape, titles=titles, asked=asked, mark="")
    return f"On {items_in_words(reports[0])}, {found}" if found else NOTHING_SHARED


def items_in_words(report: EvaluationReport) -> str:
    """Returns how many items a report is about and which, such as "295 concepts unseen by ..."."""
    which = QUALIFIERS.get(report.subset, report.subset)
    return f"{report.n_concepts:,} {report.items_title} {which}".rstrip()


def lead_parts(
    reports: Sequence[EvaluationReport], encoders: Sequence[NamedEncoder], asked: str, shape: str
) -> list[str]:
    """Returns what stands below the verdict on a page: `readings_of`, then `notes_of`."""
    return [
        markup.bullets(readings_of(reports, encoders, asked, shape)),
        *(markup.paragraph(text, "note") for text in notes_of(reports, encoders, asked)),
    ]


def readings_of(
    reports: Sequence[EvaluationReport], encoders: Sequence[NamedEncoder], asked: str, shape: str
) -> list[str]:
    """Returns what is said of each encoder against the baseline, in plain text.

    Args:
        reports: the baseline's first, with their ranks.
        encoders: one per report, in their order.
        asked, shape: see `verdict_sentence`.

    Raises:
        AssetError: when the seeds in an encoder's manifest cannot be read.
    """
    titles, seeds = _titles(encoders), _over_seeds(reports, encoders)
    baseline, *others = reports
    read = [
        " ".join(filter(None, (*_read(baseline, other, asked, shape, titles), over)))
        for other, over in zip(others, seeds, strict=True)
    ]
    return list(filter(None, read))


def notes_of(
    reports: Sequence[EvaluationReport], encoders: Sequence[NamedEncoder], asked: str
) -> list[str]:
    """Returns what the intervals cover, and which scores are not above chance, in plain text.

    Raises:
        AssetError: as `readings_of`.
    """
    titles = _titles(encoders)
    warned = [f"{titles[one.encoder]}: {said}" for one in reports if (said := chance_sentence(one))]
    if not asked:
        return warned
    return [f"{_meaning(asked)}{sentences.seeds_note(_over_seeds(reports, encoders))}", *warned]


def _titles(encoders: Sequence[NamedEncoder]) -> Mapping[str, str]:
    return {one.name: one.title for one in encoders}


def _meaning(asked: str) -> str:
    kind = score_kind(hit_name(asked, 1))
    return f"Right: {kind.explanation} ({kind.title}). "


def _over_seeds(reports: Sequence[EvaluationReport], encoders: Sequence[NamedEncoder]) -> list[str]:
    """Returns what manifests say over seeds of each encoder but the first, "" where nothing.

    Manifests speak of the emoji in all languages and of the concepts that ship as held out.
    """
    first, (baseline, *others) = reports[0], encoders
    alike = first.data == "emoji" and set(first.settings["languages"]) == set(LANGUAGES)
    if not alike or "fold" in first.settings:
        return [""] * len(others)
    asked = {"subset": first.subset, "rendering": first.rendering}
    return [sentences.seeds_reading(baseline.facts, other.facts, **asked) for other in others]


def _read(
    baseline: EvaluationReport,
    other: EvaluationReport,
    asked: str,
    shape: str,
    titles: Mapping[str, str],
) -> list[str]:
    """Returns the sentences on an encoder against the baseline, of what both were measured for."""
    pair, said = (baseline, other), []
    if asked and all(asked in one.ranks for one in pair):
        said.append(
            sentences.accuracy_reading(baseline, other, titles=titles, asked=asked, mark="")
        )
    if shape and all(has_shape(one, shape) for one in pair):
        said.append(sentences.shape_reading(baseline, other, name=shape, titles=titles))
    return said
