"""Python lines of the curves that sum diagrams up: Betti and Euler curves, landscapes."""

from __future__ import annotations

from tomclip.export.lines.clouds import Cloud, diagrams_text
from tomclip.export.lines.text import called, written

GRID = 240
GRID_TEXT = """\
ends = np.concatenate([layer.pairs.ravel() for layer in {layers}])
last = ends[np.isfinite(ends)].max(initial=0.0) or 1.0
grid = np.linspace(0.0, 1.05 * last, {grid})
"""
WIDE = 'table = pd.DataFrame({"filtration_value": grid, **curves})\n'
LEVELS = 3


def betti_lines(cloud: Cloud, *, dimension: int) -> str:
    """Returns the lines of the Betti curves of one homology dimension."""
    return written(
        diagrams_text(cloud),
        _layers_text(dimension),
        "curves = {code: betti_curve(layer, grid) for code, layer in layers.items()}\n" + WIDE,
        _drawn("betti_figure", f"homology_dimension={dimension}", cloud),
    )


def euler_lines(cloud: Cloud) -> str:
    """Returns the lines of the Euler curves."""
    every = "[layer for group in diagrams.values() for layer in group]"
    return written(
        diagrams_text(cloud),
        GRID_TEXT.format(layers=every, grid=GRID),
        "curves = {code: euler_curve(group, grid) for code, group in diagrams.items()}\n" + WIDE,
        _drawn("euler_figure", f"max_dimension={cloud.max_dimension}", cloud),
    )


def landscape_lines(cloud: Cloud, *, dimension: int) -> str:
    """Returns the lines of the three highest persistence landscapes of one dimension."""
    return written(
        diagrams_text(cloud),
        _layers_text(dimension),
        f"""curves = {{
    code: landscape(layer, grid, levels={LEVELS}) for code, layer in layers.items()
}}
columns = {{
    f"{{code}}_{{level}}": values
    for code, levels in curves.items()
    for level, values in enumerate(levels, start=1)
}}
table = pd.DataFrame({{"filtration_value": grid, **columns}})
""",
        _drawn("landscape_figure", f"homology_dimension={dimension}", cloud),
    )


def _layers_text(dimension: int) -> str:
    layers = f"layers = {{code: group[{dimension}] for code, group in diagrams.items()}}\n"
    return layers + GRID_TEXT.format(layers="layers.values()", grid=GRID)


def _drawn(name: str, of: str, cloud: Cloud) -> str:
    figure = called(
        name,
        "curves",
        "grid",
        of,
        "context=context",
        f"reference={cloud.reference!r}",
        "highlight=list(curves)",
    )
    return f"figure = {figure}"
