"""Writes what a study found: its figures, its tables, and the block of its document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tomclip.core.errors import InputError
from tomclip.core.files.atomic import replaced, write_errors, write_text_atomically
from tomclip.core.reading.text import read_text
from tomclip.studies.loading import LoadedStudy
from tomclip.studies.report.figures import study_figures
from tomclip.studies.report.frames import Asked, gains
from tomclip.studies.report.markdown import results_markdown
from tomclip.studies.report.verdict import progress_sentence
from tomclip.studies.tables import contrast_tests

if TYPE_CHECKING:
    import pandas as pd

BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"
FIGURE_WIDTH = 1000


def write_report(loaded: LoadedStudy, folder: Path) -> list[Path]:
    """Writes a study's figures and tables into a folder, and returns the files.

    `results.md`; `figures.html`, a page with all figures that needs no network, and an SVG of each
    where a browser is on this machine; `results`, `forms` and `contrasts` as parquet and CSV.

    Args:
        loaded: The study, as far as it is.
        folder: Made where it is not there; files in it are replaced.

    Raises:
        RunError: when the folder cannot be written, or the choice of settings cannot be read.
    """
    drawn = study_figures(loaded)
    from tomclip import export

    contents: dict[str, Callable[[], bytes]] = {
        "results.md": lambda: f"# {loaded.name}\n\n{results_markdown(loaded)}\n".encode(),
        "figures.html": lambda: export.figures_page(
            [one.figure for one in drawn.values()],
            title=loaded.name,
            lead=progress_sentence(loaded),
        ),
    }
    if export.browser_available():
        for name, one in drawn.items():
            contents[f"{name}.svg"] = lambda one=one: export.image_bytes(
                one.figure, "svg", width=FIGURE_WIDTH
            )
    written = []
    with write_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, make in contents.items():
            written.append(_write(folder / name, make()))
        for name, table in _tables(loaded).items():
            written.append(_write(folder / f"{name}.csv", export.spreadsheet_csv(table)))
            with replaced(folder / f"{name}.parquet") as partial:
                table.to_parquet(partial, index=False)
            written.append(folder / f"{name}.parquet")
    return written


def fill_document(loaded: LoadedStudy, document: Path) -> bool:
    """Puts a study's tables between the two markers of a document; returns whether it changed.

    Raises:
        InputError: when the document cannot be read or has not each marker once, in their order.
        RunError: when it cannot be written.
    """
    text = read_text(document)
    filled = filled_text(text, results_markdown(loaded), document.name)
    if filled == text:
        return False
    with write_errors(document):
        write_text_atomically(document, filled)
    return True


def filled_text(text: str, block: str, name: str = "the document") -> str:
    """Returns a text with the block between its markers.

    Raises:
        InputError: when it has not each marker once, in their order.
    """
    counts = (text.count(BEGIN), text.count(END))
    if counts != (1, 1) or text.index(BEGIN) > text.index(END):
        raise InputError(
            f"{name} has {counts[0]} times {BEGIN!r} and {counts[1]} times {END!r}; write each "
            "once, in this order, on lines of their own"
        )
    head, rest = text.split(BEGIN)
    return f"{head}{BEGIN}\n\n{block}\n\n{END}{rest.split(END)[1]}"


def _tables(loaded: LoadedStudy) -> dict[str, pd.DataFrame]:
    found = {
        "results": loaded.table,
        "forms": gains(loaded, tuple(loaded.study.conditions), Asked()),
        "contrasts": contrast_tests(loaded.study, loaded.table),
    }
    return {name: table for name, table in found.items() if len(table)}


def _write(path: Path, content: bytes) -> Path:
    with replaced(path) as partial:
        partial.write_bytes(content)
    return path
