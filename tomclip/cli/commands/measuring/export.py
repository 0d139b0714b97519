"""`tomclip export`: a saved set of figures as one figure at paper size."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from tomclip.cli.options import Force
from tomclip.cli.terminal import progress, show_table
from tomclip.core.errors import InputError
from tomclip.core.files.atomic import write_bytes_atomically, write_errors
from tomclip.core.paths import figure_sets_directory

if TYPE_CHECKING:
    from tomclip.export.paper import PaperSettings
    from tomclip.export.sets import PanelSet


def export(
    name: Annotated[
        str | None,
        typer.Argument(metavar="SET|FILE", help="A saved set; without one the sets are listed."),
    ] = None,
    output: Annotated[
        Path, typer.Option(help="Folder to write into; it is made where there is none.")
    ] = Path(),
    formats: Annotated[
        str, typer.Option(help="svg, pdf, png, tiff, html, zip, with commas between.")
    ] = "svg,pdf,png",
    width_mm: Annotated[
        float | None, typer.Option("--width-mm", help="Width of the figure, 30 to 420 mm.")
    ] = None,
    venue: Annotated[
        str | None, typer.Option(help="Width of a venue's column: neurips, icml, acl, nature, ...")
    ] = None,
    double: Annotated[
        bool, typer.Option("--double", help="All columns of the venue, not one.")
    ] = False,
    columns: Annotated[int | None, typer.Option(help="Panels side by side, 1 to 6.")] = None,
    row_height_mm: Annotated[
        float | None, typer.Option("--row-height-mm", help="Height of each row; 0: as drawn.")
    ] = None,
    font: Annotated[str | None, typer.Option(help="sans, serif, or a family's name.")] = None,
    font_pt: Annotated[
        float | None, typer.Option("--font-pt", help="Size of the text in print, in points.")
    ] = None,
    theme: Annotated[str | None, typer.Option(help="light, dark, print or grey.")] = None,
    letters: Annotated[str | None, typer.Option(help="a, A, (a) or none.")] = None,
    legend: Annotated[str | None, typer.Option(help="shared, each or none.")] = None,
    language_labels: Annotated[
        str | None, typer.Option("--language-labels", help="drawn, english, own or both.")
    ] = None,
    dpi: Annotated[int | None, typer.Option(help="Dots per inch of pixels, 72 to 1200.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="List the sets as JSON.")] = False,
    force: Force = False,
) -> None:
    """Compose saved figures as one at paper size, in every format; or list the sets.

    What is not given stays as it was last arranged on the page Export.
    """
    if name is None:
        _list(as_json)
        return
    from tomclip.export.sets import open_set

    found = open_set(name)
    given = {
        "width_mm": _width(width_mm, venue, double),
        "columns": columns,
        "row_height_mm": row_height_mm,
        "font": font,
        "font_pt": font_pt,
        "theme": theme,
        "letters": letters,
        "legend": legend,
        "language_labels": language_labels,
        "dpi": dpi,
    }
    _write(found, _settings(found, given), _formats(formats), output.expanduser(), force=force)


def _list(as_json: bool) -> None:
    from tomclip.export.sets import count_panels, set_names

    found = {name: count_panels(name) for name in set_names()}
    if as_json:
        typer.echo(json.dumps([{"name": n, "panels": c} for n, c in found.items()], indent=2))
    elif found:
        rows = [[name, str(count)] for name, count in found.items()]
        show_table(f"Sets of figures in {figure_sets_directory()}", ["name", "panels"], rows)
    else:
        typer.echo(
            f"no sets of figures in {figure_sets_directory()}; add figures by 'Add to export' in "
            "the studio ('tomclip app')"
        )


def _formats(text: str) -> list[str]:
    from tomclip.export.paper import PAPER_FORMATS

    known = (*PAPER_FORMATS, "zip")
    asked = list(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    if not asked or set(asked) - set(known):
        raise InputError(f"formats is {text!r}; use {', '.join(known)}, with commas between")
    return asked


def _width(width_mm: float | None, venue: str | None, double: bool) -> float | None:
    if venue is None:
        if double:
            raise InputError("--double is of a venue's columns; name it by --venue")
        return width_mm
    if width_mm is not None:
        raise InputError("--width-mm and --venue both came; give one of them")
    from tomclip.export.paper import venue_width

    return venue_width(venue, double=double)


def _settings(found: PanelSet, given: dict[str, Any]) -> PaperSettings:
    from tomclip.export.paper import PaperSettings, settings_from

    kept = settings_from(found.settings).values()
    return PaperSettings(**kept | {key: value for key, value in given.items() if value is not None})


def _write(
    found: PanelSet, settings: PaperSettings, formats: list[str], output: Path, *, force: bool
) -> None:
    from tomclip.export.paper import PaperFormat, composed, figure_package, figure_stem

    targets = {one: output / f"{figure_stem(found, settings)}.{one}" for one in formats}
    if there := [path for path in targets.values() if path.exists() and not force]:
        raise InputError(f"{there[0]} exists; choose another folder or add --force to replace it")
    pictures: list[PaperFormat] = [one for one in get_args(PaperFormat) if one in formats]
    if not pictures:
        pictures = list(get_args(PaperFormat))
    with progress("composing") as on_progress:
        files: dict[str, bytes] = {**composed(found, settings, pictures, on_progress=on_progress)}
    if "zip" in formats:
        files["zip"] = figure_package(found, settings, files)  # type: ignore[arg-type]
    with write_errors(output, InputError):
        output.mkdir(parents=True, exist_ok=True)
        for one, path in targets.items():
            write_bytes_atomically(path, files[one])
    for path in targets.values():
        typer.echo(f"{path}")
