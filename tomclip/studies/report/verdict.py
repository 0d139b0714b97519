"""What a study says, in sentences that are made of its tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tomclip.core.formatting import decimal
from tomclip.core.scores import score_kind
from tomclip.studies.fold_tests import EXCLUDED_GAIN, LEAST_GAIN, LEVEL, POWER
from tomclip.studies.loading import LoadedStudy
from tomclip.studies.report.conditions import core_conditions
from tomclip.studies.report.frames import Asked, gains
from tomclip.studies.tables import PRIMARY

if TYPE_CHECKING:
    import pandas as pd

RULE = (
    f"A form *helps* when its mean gain over the baseline is at least {LEAST_GAIN:g} point and its "
    f"adjusted p-value is below {LEVEL:g}; it *does not help* when its 95 % interval ends below "
    f"{EXCLUDED_GAIN:g} points; anything between is *undecided*."
)


def verdicts(loaded: LoadedStudy) -> tuple[str, ...]:
    """Returns a sentence or two on each core condition that can be compared, in Markdown.

    They are about the structural forms, or all forms where none is structural, on the primary
    outcome: zero-shot top-1 of the emoji, mean of the languages.
    """
    found = []
    for condition in core_conditions(loaded.study):
        table = gains(loaded, [condition], Asked())
        if "gain" in table and table["gain"].notna().any():
            title = condition or "All forms"
            if len(loaded.results) < len(loaded.trials):
                title = f"{title}, so far"
            found.append(_verdict(title, table[table["gain"].notna()], loaded.study.baseline))
    return tuple(found)


def progress_sentence(loaded: LoadedStudy) -> str:
    """Returns how far a study is; "" when it is whole."""
    if loaded.choices is None:
        return "Settings are still being chosen; no trial has begun."
    missing = len(loaded.trials) - len(loaded.results)
    if not missing:
        return ""
    if not loaded.results:
        return f"None of the {len(loaded.trials):,} trials is done yet."
    done = f"{len(loaded.results):,} of {len(loaded.trials):,} trials are done"
    return f"{done}; results are of those alone."


def broken_off(loaded: LoadedStudy) -> dict[str, str]:
    """Returns by name the trials that ended without scores, with the reason that they gave."""
    return {
        name: str(one["training"].get("error") or "no reason was recorded")
        for name, one in loaded.results.items()
        if not one["scores"]
    }


def _verdict(title: str, tests: pd.DataFrame, baseline: str) -> str:
    structural = tests[tests["family"] == "structural"]
    kind = "structural form" if len(structural) else "form"
    asked = structural if len(structural) else tests
    rows = asked.to_dict("records")
    helping = [row for row in rows if row["verdict"] == "helps"]
    head = f"**{title}:** "
    if helping:
        named = ", ".join(f"**{row['form']}** ({_gain(row)})" for row in helping)
        verb = "helps" if len(helping) == 1 else "help"
        return f"{head}{named} {verb} over {baseline}. {_others(rows, kind)}".rstrip()
    best = max(rows, key=lambda row: row["gain"])
    return (
        f"{head}no {kind} helps over {baseline}. {_others(rows, kind)} The largest gain is that of "
        f"*{best['form']}*, {_gain(best)}."
    )


def _others(rows: Sequence[dict[Any, Any]], kind: str) -> str:
    """Returns how many forms do not help or are undecided, and what could have been seen."""
    left = [row for row in rows if row["verdict"] != "helps"]
    if not left:
        return ""
    counts = {
        verdict: sum(row["verdict"] == verdict for row in left)
        for verdict in ("does not help", "undecided")
    }
    words = {
        "does not help": ("does not help", "do not help"),
        "undecided": ("is undecided", "are undecided"),
    }
    told = " and ".join(
        f"{count} {words[verdict][count > 1]}" for verdict, count in counts.items() if count
    )
    digits = score_kind(PRIMARY).digits + 1
    seen = decimal(max(row["smallest_effect"] for row in left), digits)
    return (
        f"Of {len(rows)} {kind}{'s' if len(rows) > 1 else ''}, {told}; a gain of {seen} points "
        f"or more would have been seen in each of these with a probability of {100 * POWER:.0f} %."
    )


def _gain(row: dict[Any, Any]) -> str:
    digits = score_kind(PRIMARY).digits + 1
    gain, low, high = (decimal(row[name], digits, signed=True) for name in ("gain", "low", "high"))
    return f"{gain} points [{low}, {high}]"
