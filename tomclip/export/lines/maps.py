"""Python lines of maps: every encoder's points, laid out and drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tomclip.export.lines.heads import head_text
from tomclip.export.lines.items import Items, items_text, sampled_text
from tomclip.export.lines.text import called, written
from tomclip.figures import FigureContext
from tomclip.geometry.layouts.parameters import Layout

PICTURES = ""
"""What stands for the pictures among languages."""
SHARED = (
    'labels=table["words"].tolist()',
    'languages=table["language"].tolist()',
    'ids=table["id"].tolist()',
    "method=layout.title",
    "context=context",
)


@dataclass(frozen=True, slots=True)
class Maps:
    """What is laid out, and how.

    Attributes:
        encoders: names; the first one's map is the start of the others, which are laid onto it.
        head: what the figure says of itself.
        items: what is shown of them.
        languages: codes; "" for the pictures.
        layout: the method and its parameters.
        most: most items, a seeded sample; not looked at where items are chosen.
        rendering: whose pictures, for the emoji; a workspace has its own.
        category: column of the items that colours them; "" for none.
    """

    encoders: Sequence[str]
    head: FigureContext
    items: Items
    languages: Sequence[str]
    layout: Layout
    most: int = 300
    rendering: str = ""
    category: str = "category"


def map_lines(maps: Maps, *, colour_by: str = "language", pointed: Sequence[str] = ()) -> str:
    """Returns the lines of one map, or of several laid onto the first.

    Args:
        maps: what is laid out.
        colour_by: "language" or "category".
        pointed: ids of items that the figure points out.
    """
    several = len(maps.encoders) > 1
    figure = called(
        "aligned_maps_figure" if several else "map_figure",
        "maps" if several else f"maps[{maps.encoders[0]!r}]",
        *SHARED,
        'categories=table["category"].tolist()',
        f"colour_by={colour_by!r}",
        f"highlight=list(dict.fromkeys(table[{colour_by!r}]))",
    )
    return written(_maps_text(maps), f"figure = {figure}", _pointing_text(pointed))


def language_map_lines(maps: Maps, *, pointed: Sequence[str] = ()) -> str:
    """Returns the lines of the maps with a panel for every language."""
    figure = called("language_maps_figure", "maps", *SHARED)
    return written(_maps_text(maps), f"figure = {figure}", _pointing_text(pointed))


def class_map_lines(maps: Maps, groups: Mapping[str, Sequence[str]]) -> str:
    """Returns the lines of the paper's figure: labels of classes, and boxes of their groups.

    Args:
        maps: whose items are chosen.
        groups: ids by the group's shown title.
    """
    shown = {name: list(ids) for name, ids in groups.items()}
    figure = called("class_map_figure", "maps", f"groups={shown!r}", *SHARED)
    return written(_maps_text(maps), f"figure = {figure}")


def moved_map_lines(maps: Maps, *, listed: str, neighbours: int) -> str:
    """Returns the lines of the maps coloured by the change of every point's neighbours.

    Args:
        maps: of two encoders or more.
        listed: the encoder whose changes colour the first one's map.
        neighbours: how many are compared.
    """
    first, *others = maps.encoders
    figure = called(
        "moved_maps_figure", "maps", "change=change", f"neighbours={neighbours}", *SHARED
    )
    return written(
        _maps_text(maps),
        f"""

def moved(other):
    parts = [
        neighbour_change(
            points({first!r}, code),
            points(other, code),
            k={neighbours},
            metric=layout.metric,
        ).change
        for code in shown
    ]
    return np.concatenate(parts)


change = {{{first!r}: moved({listed!r})}}
change |= {{other: moved(other) for other in {others!r}}}
table = table.assign(**{{f"{{name}}_change": values for name, values in change.items()}})
figure = {figure}""",
    )


def _maps_text(maps: Maps) -> str:
    """Returns the lines that make `shown`, `maps`, `table` and `context`."""
    return "\n".join(
        [
            items_text(maps.items),
            "" if maps.items.chosen else sampled_text(maps.most),
            "titles = names.bfill(axis=1).iloc[:, 0].fillna(names.index.to_series())",
            _categories_text(maps),
            _pictures_text(maps) if PICTURES in maps.languages else "",
            _shown_text(maps),
            _points_text(PICTURES in maps.languages),
            _layout_text(maps),
            _table_text(),
            head_text(maps.head, maps.languages, n_points="len(table)"),
        ]
    )


def _categories_text(maps: Maps) -> str:
    if not maps.category:
        return 'categories = pd.Series("", index=names.index)'
    table = "workspace.items()" if maps.items.workspace else "emoji.concepts"
    return f"categories = pd.Series({table}[{maps.category!r}].to_numpy(), index=names.index)"


def _pictures_text(maps: Maps) -> str:
    """Returns the lines that make `pictured`, ids, and `picture_points` of them."""
    rendering = maps.rendering
    read = f"pictured, pictures = names.index, emoji.rendering({rendering!r})"
    if maps.items.workspace:
        read = """files = workspace.pictures()
pictured = pd.Index(list(files))
pictures = PictureFiles(list(files.values()), workspace.path)"""
    return f"""{read}


def picture_points(encoder, items):
    cloud = cached_image_embeddings(
        image_encoder_name(encoder),
        {rendering!r},
        pictures,
        ids=tuple(pictured),
        labels=tuple(titles[pictured]),
    )
    return cloud.select(pictured.get_indexer(items)).vectors

"""


def _shown_text(maps: Maps) -> str:
    lines = [
        f"    {code!r}: "
        + ("items[items.isin(pictured)]" if code == PICTURES else f"names.loc[items, {code!r}]")
        + ("," if code == PICTURES else ".dropna().index,")
        for code in maps.languages
    ]
    return "\n".join(["shown = {", *lines, "}"])


def _points_text(pictured: bool) -> str:
    pictures = '    if code == "":\n        return picture_points(encoder, shown[code])\n'
    return f"""

def points(encoder, code):
{pictures if pictured else ""}    return vectors(encoder, code, shown[code]).vectors


def rows(code):
    ids = shown[code]
    return pd.DataFrame(
        {{
            "concept": names.index.get_indexer(ids),
            "id": ids,
            "language": code,
            "words": (names[code] if code else titles)[ids].to_numpy(),
            "english": titles[ids].to_numpy(),
            "category": categories[ids].to_numpy(),
        }}
    )

"""


def _layout_text(maps: Maps) -> str:
    return f"""layout = {maps.layout!r}
maps = {{}}
for encoder in {list(maps.encoders)!r}:
    cloud = np.concatenate([points(encoder, code) for code in shown])
    first = next(iter(maps.values()), None)
    maps[encoder] = lay_out(cloud, layout, initial=first)"""


def _table_text() -> str:
    return """places = {
    f"{name}_{axis}": laid.places[:, number]
    for name, laid in superpose_all(maps).items()
    for number, axis in enumerate("xy")
}
table = pd.concat([rows(code) for code in shown], ignore_index=True).assign(**places)"""


def _pointing_text(pointed: Sequence[str]) -> str:
    """Returns the line that points items out, where there are some."""
    if not pointed:
        return ""
    return f"point_out_concepts(figure, {{one: titles[one] for one in {list(pointed)!r}}})"
