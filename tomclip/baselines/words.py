"""What a baseline is called, and one sentence that says what it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from tomclip.config import DataConfig
from tomclip.config.data import EMBEDDED_ANCHOR, REST_ANCHOR
from tomclip.core.languages import LANGUAGES
from tomclip.encoders.catalogue import find_encoder
from tomclip.runs.directory import slug_of

TITLES = {"ridge": "Ridge", "procrustes": "Procrustes", "centring": "Centred"}
ANCHORS = {EMBEDDED_ANCHOR: "English anchor", REST_ANCHOR: "English of the rest"}
JOINED = {"ridge": "from", "procrustes": "from", "centring": ""}


def default_name(
    kind: str, source: str, data: DataConfig, seed: int, anchor: str | None, all_concepts: bool
) -> str:
    """Returns a name that tells one baseline from another, such as "ridge-mclip-10pct"."""
    parts = [kind, _short(source), *_marks(data, seed, anchor, all_concepts)]
    return slug_of("-".join(part.replace(" %", "pct") for part in parts))


def titled(
    kind: str, source: str, data: DataConfig, seed: int, anchor: str | None, all_concepts: bool
) -> str:
    """Returns what pages call it, such as "Ridge from MCLIP, 10 %, English anchor"."""
    info = find_encoder(source)
    title = info.title if info is not None else source
    head = " ".join(filter(None, (TITLES[kind], JOINED[kind], title)))
    return ", ".join([head, *_marks(data, seed, anchor, all_concepts)])


def described(kind: str, source: str, teacher: str, facts: Mapping[str, Any]) -> str:
    """Returns one sentence: what it maps, and on how many pairs it was fitted."""
    languages = facts["data"]["languages"]
    spoken = "English" if languages == ["en"] else f"{len(languages)} languages"
    pairs = f"{facts['pairs']:,} captions in {spoken}"
    if kind == "centring":
        onto = f" put on that of {teacher}'s English" if teacher else " taken away"
        return f"{source} with each language's mean{onto}; means of {facts['means_of']}, {pairs}."
    strength = f", strength {facts['strength']:g}" if "strength" in facts else ""
    anchor = facts.get("anchor")
    more = f", with {anchor['count']:,} English captions beside them" if anchor else ""
    how = "Closed form" if kind == "ridge" else "Turn, scale and shift"
    return f"{how} from {source} to {teacher}, {pairs}{more}{strength}."


def _marks(data: DataConfig, seed: int, anchor: str | None, all_concepts: bool) -> list[str]:
    """Returns what differs from the usual: share, languages, file, anchor, seed."""
    marks = []
    if data.source == "captions":
        marks.append(PurePath(str(data.captions)).stem)
        marks += [f"{data.pairs:,} pairs"] if data.pairs is not None else []
    elif data.share != 1.0:
        marks.append(f"{100 * data.share:g} %")
    if data.languages and tuple(data.languages) != LANGUAGES:
        many = len(data.languages) > 3
        marks.append(f"{len(data.languages)} languages" if many else " ".join(data.languages))
    if anchor is not None:
        marks.append(ANCHORS.get(anchor, f"anchor {PurePath(anchor).stem}"))
    marks += ["all concepts"] if all_concepts else []
    return marks + ([f"seed {seed}"] if seed else [])


def _short(source: str) -> str:
    return PurePath(source.rpartition(":")[2]).stem
