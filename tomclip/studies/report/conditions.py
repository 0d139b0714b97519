"""What the conditions of a study are: which are its core, and how they lie to each other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from tomclip.config import config_to_dict
from tomclip.studies.loading import LoadedStudy
from tomclip.studies.settings import Settings
from tomclip.studies.study import FoldStudy


class PairShare(NamedTuple):
    """What the data of a condition are: the share of concepts with pairs, and the anchor."""

    share: float
    anchored: bool


def core_conditions(study: FoldStudy) -> tuple[str, ...]:
    """Returns the conditions in which most forms are compared, in order."""
    counts = {
        title: len(study.forms_in(title)) + len(study.plain_in(title)) for title in study.conditions
    }
    return tuple(title for title, count in counts.items() if count == max(counts.values()))


def pair_shares(study: FoldStudy) -> dict[str, PairShare]:
    """Returns the conditions that differ in nothing but share, anchor and batch size.

    They are told by their configurations, not by their titles. Of several such groups it is the
    one with most shares, and of equal ones the first.
    """
    groups: dict[str, dict[str, PairShare]] = {}
    for title in study.conditions:
        config = study.config(title, None, fold=study.folds[0], seed=study.seeds[0])
        values = config_to_dict(config)
        del values["data"]["share"], values["optimiser"]["batch_size"], values["name"]
        anchor = values["data"].pop("english_anchor")
        place = PairShare(config.data.share, anchor["captions"] is not None)
        groups.setdefault(json.dumps(values, sort_keys=True), {})[title] = place
    return max(groups.values(), key=lambda group: len({place.share for place in group.values()}))


def chosen_in(loaded: LoadedStudy, condition: str) -> Mapping[str, Settings]:
    """Returns by form the settings that hold in a condition; empty where none were chosen."""
    source = loaded.study.conditions[condition].settings_of or condition
    return (loaded.choices or {}).get(source, {})
