"""A study's results as Markdown: every number of its document comes from here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tomclip.core.formatting import decimal
from tomclip.core.scores import ScoreKind, capitalised, score_kind
from tomclip.studies.loading import LoadedStudy
from tomclip.studies.outcomes import EMOJI, ICONS
from tomclip.studies.report.conditions import core_conditions
from tomclip.studies.report.frames import Asked, gains, language_spread, rows_of
from tomclip.studies.report.verdict import broken_off, progress_sentence, verdicts
from tomclip.studies.tables import PRIMARY, contrast_tests

if TYPE_CHECKING:
    import pandas as pd

NOTHING = "None so far."
Row = Mapping[Any, Any]


def results_markdown(loaded: LoadedStudy) -> str:
    """Returns the tables of a study below headings of the third level, as far as it is.

    What it says in words; the forms of each core condition against the baseline; what they gain on
    the secondary outcomes; the other conditions; the contrasts; the settings that were chosen;
    what a trial costs; and the runs that broke off.
    """
    parts = [progress_sentence(loaded)]
    if not loaded.table.empty:
        core = core_conditions(loaded.study)
        others = [title for title in loaded.study.conditions if title not in core]
        parts += [
            *verdicts(loaded),
            *(_forms(loaded, condition) for condition in core),
            *(_secondary(loaded, condition) for condition in core),
            _others(loaded, others),
            _contrasts(loaded),
        ]
    parts += [_settings(loaded), _cost(loaded), _broken_off(loaded)]
    return "\n\n".join(filter(None, parts)) or NOTHING


def _forms(loaded: LoadedStudy, condition: str) -> str:
    kind = score_kind(PRIMARY)
    table = gains(loaded, [condition], Asked())
    header = [
        *("form", "family", f"{kind.short_title}, %", "gain, points [95 %]", "corrected"),
        *("p", "p, Holm", "could have seen", "verdict"),
    ]
    rows = [_form_row(row, kind) for row in _records(table)]
    title = f"Forms, {condition}" if condition else "Forms"
    return _section(title, header, rows)


def _form_row(row: Row, kind: ScoreKind) -> list[str]:
    own = [str(row["form"]), str(row["family"]), decimal(row["value"], kind.digits)]
    if not _is_tested(row):
        return [*own, *[""] * 6]
    digits = kind.digits + 1
    corrected = (decimal(row[f"corrected_{end}"], digits, signed=True) for end in ("low", "high"))
    return [
        *own,
        _gain(row, digits),
        f"[{', '.join(corrected)}]",
        _p(row["p_value"]),
        _p(row["adjusted_p"]),
        decimal(row["smallest_effect"], digits),
        str(row["verdict"] or ""),
    ]


def _secondary(loaded: LoadedStudy, condition: str) -> str:
    """Returns each form's gain on every other outcome; bold where its interval excludes 0."""
    columns = {
        f"{title}, top-1": _marked_gains(table, score_kind(PRIMARY).digits + 1)
        for title, table in language_spread(loaded, condition).items()
    }
    for data in (EMOJI, ICONS):
        for score in dict.fromkeys(rows_of(loaded, conditions=[condition], data=data)["score"]):
            if (score, data) == (PRIMARY, EMOJI):
                continue
            kind, ending = score_kind(score), ", icons" if data == ICONS else ""
            table = gains(loaded, [condition], Asked(score, data))
            digits = kind.digits + 1 if kind.is_share else kind.digits
            columns[f"{kind.short_title}{ending}"] = _marked_gains(table, digits)
    forms = dict.fromkeys(form for column in columns.values() for form in column)
    rows = [[form, *(column.get(form, "") for column in columns.values())] for form in forms]
    title = f"Secondary outcomes, {condition}" if condition else "Secondary outcomes"
    note = (
        "Gains over the baseline, in the unit of each score; bold: the 95 % interval, which is not "
        "corrected for so many cells, excludes 0. Distances are better when lower, as is the best "
        "language less the lowest."
    )
    return _section(title, ["form", *columns], rows, note)


def _others(loaded: LoadedStudy, conditions: Sequence[str]) -> str:
    kind = score_kind(PRIMARY)
    rows = []
    for row in _records(gains(loaded, conditions, Asked())):
        own = [str(row["condition"]), str(row["form"]), decimal(row["value"], kind.digits)]
        tested = _is_tested(row)
        gain = _gain(row, kind.digits + 1) if tested else ""
        rows.append([*own, gain, _p(row["p_value"]) if tested else ""])
    header = ["condition", "form", f"{kind.short_title}, %", "gain, points [95 %]", "p"]
    return _section("Other conditions", header, rows)


def _contrasts(loaded: LoadedStudy) -> str:
    kind = score_kind(PRIMARY)
    rows = [
        [
            str(row["contrast"]),
            decimal(row["before"], kind.digits),
            decimal(row["after"], kind.digits),
            _gain(row, kind.digits + 1),
            _p(row["p_value"]),
            decimal(row["smallest_effect"], kind.digits + 1),
        ]
        for row in _records(contrast_tests(loaded.study, loaded.table))
    ]
    header = ["contrast", "before, %", "after, %", "gain, points [95 %]", "p", "could have seen"]
    return _section(f"{capitalised(loaded.study.baseline)} between conditions", header, rows)


def _settings(loaded: LoadedStudy) -> str:
    rows = [
        [
            condition,
            form,
            "" if one.multiple is None else f"{one.multiple:g}",
            "" if one.multiple is None else f"{one.factor:g}",
            f"{one.learning_rate:g}",
        ]
        for condition, forms in (loaded.choices or {}).items()
        for form, one in forms.items()
    ]
    header = ["condition", "form", "multiple of an equal pull", "factor", "learning rate"]
    return _section("Settings chosen", header, rows)


def _cost(loaded: LoadedStudy) -> str:
    """Returns the mean seconds of a trial by form, what trials share included."""
    seconds: dict[str, list[float]] = {}
    for one in loaded.results.values():
        seconds.setdefault(one["form"], []).append(one["seconds"])
    order = [form for form in (*loaded.study.forms, *loaded.study.plain) if form in seconds]
    rows = [
        [form, str(len(seconds[form])), decimal(sum(seconds[form]) / len(seconds[form]), 1)]
        for form in order
    ]
    return _section("Cost of a trial", ["form", "trials", "seconds, mean"], rows)


def _broken_off(loaded: LoadedStudy) -> str:
    """Returns the runs that have no scores, which are missing from every comparison."""
    rows = [[name, reason] for name, reason in broken_off(loaded).items()]
    return _section("Runs that broke off", ["run", "reason"], rows)


def _section(
    title: str, header: Sequence[str], rows: Sequence[Sequence[str]], note: str = ""
) -> str:
    """Returns a heading and a table; "" without rows."""
    if not rows:
        return ""
    lines = [header, ["---"] * len(header), *rows]
    table = "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)
    return "\n\n".join(filter(None, (f"### {title}", note, table)))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _records(table: pd.DataFrame) -> Iterable[Row]:
    return table.to_dict("records")


def _is_tested(row: Row) -> bool:
    gain = row.get("gain")
    return gain is not None and gain == gain


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _gain(row: Row, digits: int) -> str:
    gain, low, high = (decimal(row[name], digits, signed=True) for name in ("gain", "low", "high"))
    return f"{gain} [{low}, {high}]"


def _marked_gains(table: pd.DataFrame, digits: int) -> dict[str, str]:
    """Returns the gains of the forms that are tested, by title."""
    return {str(row["form"]): _marked(row, digits) for row in _records(table) if _is_tested(row)}


def _marked(row: Row, digits: int) -> str:
    text = decimal(row["gain"], digits, signed=True)
    return f"**{text}**" if row["low"] > 0 or row["high"] < 0 else text
