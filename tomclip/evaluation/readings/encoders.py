"""Which encoders a report is about: their titles, and what tells their weights from others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tomclip.encoders.catalogue import find_encoder
from tomclip.encoders.fingerprints import encoder_fingerprint
from tomclip.evaluation.report import EvaluationReport

SHOWN_DIGITS = 16
"""Of a fingerprint's 64 hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class NamedEncoder:
    """An encoder as a report names it.

    Attributes:
        name: as commands take it.
        title: shown, and different from those of the report's other encoders.
        description: one or two sentences; "" for a published model.
        weights: the commits of published weights, or the beginning of the files' fingerprint.
        facts: what its manifest says beside the file table; {} where there is none.
    """

    name: str
    title: str
    description: str
    weights: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def named_encoders(reports: Sequence[EvaluationReport]) -> tuple[NamedEncoder, ...]:
    """Returns the encoders of the reports, in their order.

    A title that two encoders share is followed by the name in brackets.

    Raises:
        EncoderUnavailable: when an encoder is on this machine no longer.
        AssetError: when its description is damaged.
    """
    infos = [find_encoder(report.encoder) for report in reports]
    titles = [info.title if info else one.encoder for info, one in zip(infos, reports, strict=True)]
    counts = Counter(titles)
    return tuple(
        NamedEncoder(
            name=report.encoder,
            title=title if counts[title] == 1 else f"{title} ({report.encoder})",
            description=info.description if info else "",
            weights=_weights(report),
            facts=info.facts if info else {},
        )
        for report, info, title in zip(reports, infos, titles, strict=True)
    )


def _weights(report: EvaluationReport) -> str:
    """Returns what tells the encoder's weights, and those of its image tower, from others."""
    revisions = dict(report.settings.get("revisions") or {})
    commits = {side: commit for side, commit in revisions.items() if commit}
    if "text" not in commits:
        files = encoder_fingerprint(report.encoder)[:SHOWN_DIGITS]
        commits = {"files": files, **commits}
    return ", ".join(f"{side} {commit}" for side, commit in commits.items())
