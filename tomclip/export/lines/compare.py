"""Python lines of the differences between encoders."""

from __future__ import annotations

from collections.abc import Mapping


def difference_lines(
    encoders: Mapping[str, str],
    *,
    subset: str,
    score: str,
    label: str,
    unit: str,
    higher_is_better: bool,
) -> str:
    """Returns the lines of the differences of a score to the first encoder.

    Args:
        encoders: shown title by name, the baseline first.
        subset: of the emoji: "all", "seen" or "unseen".
        score: name of the score, such as "zero_shot_top1".
        label, unit, higher_is_better: as `difference_figure` takes them.
    """
    return f"""from tomclip.core.languages import LANGUAGES, language
from tomclip.evaluation import compare_reports, emoji_task, evaluate
from tomclip.figures import FigureContext, difference_figure

encoders = {dict(encoders)!r}
task = emoji_task({subset!r})
baseline, *others = [evaluate(name, task) for name in encoders]
table = compare_reports(baseline, others)
table = table[table["name"] == {score!r}].reset_index(drop=True)
figure = difference_figure(
    table.assign(value=table["difference"]),
    context=FigureContext(
        encoders=encoders,
        metric=baseline.settings["metric"],
        n_points=int(table["n"].iloc[0]),
        languages={{code: language(code).name for code in LANGUAGES}},
    ),
    baseline=baseline.encoder,
    label={label!r},
    unit={unit!r},
    higher_is_better={higher_is_better},
)
"""
