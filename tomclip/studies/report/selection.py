"""What the choice of a study's settings found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tomclip.studies.choosing import CRITERION, selection_table
from tomclip.studies.loading import LoadedStudy
from tomclip.studies.report.conditions import chosen_in

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = [
    *("condition", "form", "multiple", "learning_rate", "value", "runs", "failed", "chosen")
]


def selected(loaded: LoadedStudy, condition: str) -> pd.DataFrame:
    """Returns what the candidates of a condition scored, means over folds and seeds.

    Columns: `condition`, `form`, `multiple` (NaN where no weight is chosen), `learning_rate`,
    `value` (the criterion), `runs`, `failed` (whether any run broke off) and `chosen`.

    Args:
        loaded: The study; it may still be choosing.
        condition: Title; the settings are those of the condition that chose them.

    Raises:
        RunError: when a file is damaged.
    """
    import pandas as pd

    source = loaded.study.conditions[condition].settings_of or condition
    table = selection_table(loaded.study, loaded.directory, so_far=True)
    table = table[table["condition"] == source]
    chosen, rows = chosen_in(loaded, source), []
    keys = ["form", "multiple", "learning_rate"]
    for (form, multiple, rate), group in table.groupby(keys, sort=False, dropna=False):
        settings = chosen.get(str(form))
        is_chosen = settings is not None and (
            settings.learning_rate == rate
            and (settings.multiple == multiple or settings.multiple is None)
        )
        failed = bool((group["error"] != "").any())
        value = float(group[CRITERION].mean())
        rows.append((source, form, multiple, rate, value, len(group), failed, is_chosen))
    return pd.DataFrame(rows, columns=_COLUMNS).astype({"multiple": float})
