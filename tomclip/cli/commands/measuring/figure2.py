"""`tomclip figure2`: class labels in some languages on every encoder's map, groups boxed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import typer

from tomclip.cli.clouds import Clouds
from tomclip.cli.options import Data, Force, Metric, Subset, language_codes
from tomclip.cli.output import require_output
from tomclip.core.errors import InputError

FORMATS = (".svg", ".pdf", ".png", ".html")
Projection = Literal["umap", "pacmap", "tsne", "pca"]


def figure2(
    output: Annotated[Path, typer.Option(help="File to write: .svg, .pdf, .png or .html.")],
    encoder: Annotated[
        list[str] | None,
        typer.Option(
            help="Repeat it; the first one's map is the start of the others. Default: mclip, "
            "tomclip, tomclip_exact."
        ),
    ] = None,
    languages: Annotated[str, typer.Option(help="Codes with commas between.")] = "en,ko",
    group: Annotated[
        list[str] | None,
        typer.Option(
            help="Repeat it; default: mammals, fruit and vehicles of the emoji, else the three "
            "largest groups."
        ),
    ] = None,
    by: Annotated[str, typer.Option(help="What the groups are, as in `tomclip gap`.")] = (
        "subcategory"
    ),
    per_group: Annotated[int, typer.Option(min=1, help="Classes of a group, sampled.")] = 5,
    projection: Annotated[Projection, typer.Option(help="How the words are laid out.")] = "umap",
    metric: Metric = "cosine",
    seed: Annotated[int, typer.Option(min=0, help="Of the sample and the projection.")] = 0,
    data: Data = "emoji",
    subset: Subset = "all",
    force: Force = False,
) -> None:
    """Draw class labels in several languages on every encoder's map, with groups boxed."""
    target = require_output(output, force=force, suffixes=FORMATS)
    names = encoder or ["mclip", "tomclip", "tomclip_exact"]
    codes = language_codes(languages) or ()
    if not codes or len(set(codes)) < len(codes):
        raise InputError(f"languages are {languages!r}; name one or more, each once")
    clouds = Clouds(data, subset)
    groups = _groups(clouds, by, group, per_group, seed)
    from tomclip.figures import FigureContext, class_map_figure
    from tomclip.figures.style.context import LANGUAGE_NAMES
    from tomclip.geometry import lay_out
    from tomclip.geometry.layouts.parameters import layout_of

    ids = [one for members in groups.values() for one in members]
    layout = layout_of(projection, metric=metric, seed=seed)
    maps: dict[str, np.ndarray] = {}
    for name in names:
        first = next(iter(maps.values()), None)
        maps[name] = lay_out(_vectors(clouds, name, codes, ids), layout, initial=first)
    words = {code: clouds.words(code) for code in codes}
    chart = class_map_figure(
        maps,
        groups=groups,
        labels=[words[code][one] for code in codes for one in ids],
        languages=[code for code in codes for _ in ids],
        ids=ids * len(codes),
        method=layout.title,
        context=FigureContext(
            encoders=_titles(names),
            metric=metric,
            n_points=len(ids) * len(codes),
            points="captions",
            languages=LANGUAGE_NAMES,
            note=", ".join(layout.facts),
        ),
    )
    _write(chart, target)
    typer.echo(f"{target}: {len(ids)} classes of {len(groups)} groups in {', '.join(codes)}")


def _groups(
    clouds: Clouds, by: str, wanted: list[str] | None, most: int, seed: int
) -> dict[str, tuple[str, ...]]:
    from tomclip.data.group_samples import SHORT_NAMED, group_sizes, sampled_members
    from tomclip.evaluation import groups_of

    group_of = groups_of(clouds.task, by)
    if group_of is None:
        raise InputError(
            "by is 'class', which has no groups; name a grouping, such as 'subcategory'"
        )
    among = set(clouds.words(clouds.codes()[0]))
    sizes = group_sizes(group_of, among)
    groups = wanted or [one for one in SHORT_NAMED if one in sizes] or list(sizes)[:3]
    return sampled_members(group_of, groups, most=most, seed=seed, among=among)


def _vectors(clouds: Clouds, encoder: str, codes: tuple[str, ...], ids: list[str]) -> np.ndarray:
    """Returns (classes x languages, d) vectors, language after language."""
    parts = []
    for code, cloud in clouds.together(encoder, codes).items():
        row_of = {one: row for row, one in enumerate(cloud.ids)}
        if lacking := [one for one in ids if one not in row_of]:
            raise InputError(f"class {lacking[0]!r} has no text in {code}; choose other groups")
        parts.append(cloud.vectors[[row_of[one] for one in ids]])
    return np.concatenate(parts)


def _titles(names: list[str]) -> dict[str, str]:
    """Returns the shown title of every encoder."""
    from tomclip.encoders import encoder_catalogue

    known = {one.name: one.title for one in encoder_catalogue()}
    return {name: known.get(name, name) for name in names}


def _write(chart: object, target: Path) -> None:
    from tomclip import export
    from tomclip.core.files.atomic import written_whole

    suffix = target.suffix.removeprefix(".")
    made = export.html_bytes(chart) if suffix == "html" else export.image_bytes(chart, suffix)  # type: ignore[arg-type]
    with written_whole(target) as temporary:
        temporary.write_bytes(made)
