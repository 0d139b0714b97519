"""Python lines of diagrams and barcodes, of their distances, and of loops."""

from __future__ import annotations

from collections.abc import Mapping

from tomclip.export.lines.clouds import (
    Cloud,
    bars_text,
    diagrams_text,
    distances_text,
    encoder_diagrams_text,
)
from tomclip.export.lines.text import called, written

CONFIDENCE = 0.95


def diagram_lines(
    cloud: Cloud, *, density: bool = False, matching: bool = False, band_of: str = ""
) -> str:
    """Returns the lines of the persistence diagrams of a few languages over the reference.

    Args:
        cloud: what they are computed on.
        density: whether the figure shows where bars crowd.
        matching: whether it joins the bars of the Wasserstein matching.
        band_of: code of the language whose 95 % confidence band is drawn; "" for none.
    """
    figure = called(
        "diagram_figure",
        "diagrams",
        "context=context",
        f"reference={cloud.reference!r}",
        "highlight=list(diagrams)",
        "matches=matches",
        "density=True" if density else "",
        "matching=matching" if matching else "",
        "bands=bands" if band_of else "",
    )
    return written(
        diagrams_text(cloud),
        bars_text(),
        _matches_text(cloud.reference),
        _matching_text(cloud.reference) if matching else "",
        _bands_text(cloud, band_of) if band_of else "",
        f"figure = {figure}",
    )


def _matches_text(reference: str) -> str:
    return f"""found = {{
    code: deciding_match(diagrams[{reference!r}][1], group[1])
    for code, group in diagrams.items()
    if code != {reference!r}
}}
matches = {{code: match for code, match in found.items() if match is not None}}
"""


def _matching_text(reference: str) -> str:
    return f"""matching = {{
    code: optimal_matching(diagrams[{reference!r}][1], group[1])
    for code, group in diagrams.items()
    if code != {reference!r}
}}
"""


def _bands_text(cloud: Cloud, code: str) -> str:
    return f"""own = vectors({cloud.encoder!r}, {code!r}, items).vectors
bands = {{
    dimension: confidence_band(
        own, homology_dimension=dimension, metric={cloud.metric!r}, level={CONFIDENCE}
    ).half_width
    for dimension in {list(range(min(cloud.max_dimension, 1) + 1))}
}}
"""


def barcode_lines(cloud: Cloud, *, language: str, top: int) -> str:
    """Returns the lines of the longest `top` bars of one language in every dimension."""
    return written(
        diagrams_text(cloud),
        bars_text(),
        f"""figure = barcode_stack_figure(
    diagrams[{language!r}], context=context, top={top}, language={language!r}
)""",
    )


def grid_lines(cloud: Cloud) -> str:
    """Returns the lines of a small diagram per language, the reference behind each."""
    figure = f"diagram_grid_figure(diagrams, context=context, reference={cloud.reference!r})"
    return written(diagrams_text(cloud), bars_text(), f"figure = {figure}")


def encoder_grid_lines(
    cloud: Cloud, encoders: Mapping[str, str], *, columns: int, height: int
) -> str:
    """Returns the lines of a small diagram per encoder, the first one's behind each.

    Args:
        cloud: whose first language is looked at.
        encoders: shown title by name.
        columns: diagrams in a row.
        height: of the figure in pixels.
    """
    return written(
        encoder_diagrams_text(cloud, encoders),
        bars_text("encoder"),
        f"""figure = diagram_grid_figure(
    diagrams, context=context, reference={next(iter(encoders))!r}, columns={columns}
)
figure.update_layout(height={height})""",
    )


def distances_lines(
    cloud: Cloud,
    *,
    distance: str,
    dimension: int,
    title: str,
    encoders: Mapping[str, str] | None = None,
) -> str:
    """Returns the lines of the distances between the diagrams of languages, or of encoders.

    Args:
        cloud: what the diagrams are computed on.
        distance: as `diagram_distance_matrix` takes it.
        dimension: homology dimension.
        title: of the figure.
        encoders: shown title by name, to compare those in the cloud's first language.
    """
    diagrams = encoder_diagrams_text(cloud, encoders) if encoders else diagrams_text(cloud)
    return written(
        diagrams,
        f"""layers = [group[{dimension}] for group in diagrams.values()]
matrix = diagram_distance_matrix(layers, distance={distance!r})
table = pd.DataFrame(matrix, columns=list(diagrams))
table.insert(0, "name", list(diagrams))
figure = distance_matrix_figure(
    matrix,
    list(diagrams),
    context=context,
    unit={f"{cloud.metric} distance"!r},
    title={title!r},
)""",
    )


def loops_lines(cloud: Cloud, *, here: str, there: str, lost_first: bool, top: int) -> str:
    """Returns the lines of the lives of one language's loops, here and in another language.

    Args:
        cloud: what they are sought in.
        here: code of the language whose loops they are.
        there: code of the language in which the same items are looked at.
        lost_first: whether those come first that live longer here than there; else the longest.
        top: how many are drawn.
    """
    order = "loops = sorted(loops, key=lost, reverse=True)\n" if lost_first else ""
    return written(
        distances_text(cloud),
        f"""loops = compare_loops(distances[{here!r}], distances[{there!r}])
diagram = persistence_diagrams(distances[{here!r}], max_dimension=1)[1]
by_noise = np.minimum(1.0, bar_p_values(diagram) * len(diagram))


def lost(found):
    closes, filled = found.there
    return (found.loop.death - found.loop.birth) - (filled - closes)


def words(found):
    return names.loc[items[list(found.loop.points)], {here!r}].tolist()


def label(found):
    mark = "" if by_noise[found.bar] < 0.05 else "\\u2248 "
    return f"{{mark}}{{len(words(found))}}: {{', '.join(words(found)[:3])}}"


def gloss(found):
    return ", ".join(names.loc[items[list(found.loop.points)], "en"].dropna().tolist()[:3])


{order}columns = ["words", "birth", "death", "closes_there", "filled_there", "exact"]
table = pd.DataFrame(
    [
        (" | ".join(words(one)), one.loop.birth, one.loop.death, *one.there, one.loop.exact)
        for one in loops
    ],
    columns=columns,
)
figure = loop_lives_figure(
    loops,
    labels=[label(one) for one in loops],
    glosses=[gloss(one) for one in loops] if {here!r} != "en" and "en" in names else None,
    here={here!r},
    there={there!r},
    top={top},
    context=context,
)""",
    )
