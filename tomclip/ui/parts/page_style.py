"""The style sheet of every page: what Streamlit has no setting for."""

from __future__ import annotations

STYLE = """
.stMainBlockContainer {padding: 3.5rem 3.5rem 4rem}
@media (max-width: 40rem) {.stMainBlockContainer {padding: 3.5rem 1rem 4rem}}
[class*="st-key-side_by_side"] {
  display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr));
}
[class*="st-key-side_by_side_wide"] {
  column-gap: 2rem; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr));
}
[class*="st-key-side_by_side"] > * {min-width: 0; width: 100%}
[class*="st-key-side_by_side_jobs"] > *, [class*="st-key-side_by_side_jobs"] > * > * {height: 100%}
[class*="st-key-side_by_side_of_"] [data-testid="stMetricValue"] {font-size: 1.6rem}
[class*="st-key-foot_"] > [data-testid="stElementContainer"] {flex: 1 1 20rem; min-width: 0}
*:has(> [data-testid="stMetricDeltaDescription"]) {flex-wrap: wrap}
[data-testid="stMetricDeltaDescription"] {flex-shrink: 0}
[data-testid="stMetricLabel"] *, [data-testid="stMetricDelta"], [data-testid="stMetricDelta"] * {
  overflow: visible; white-space: normal !important;
}
[data-testid="stButtonGroup"] button:is([aria-checked="true"], [aria-pressed="true"]) {
  color: inherit !important;
  background-color: color-mix(in srgb, currentColor 14%, transparent) !important;
}
[data-testid="stButtonGroup"] [role="radiogroup"] {flex-wrap: wrap; overflow: visible}
[data-testid="stPageLink-NavLink"] *:not([data-testid="stIconMaterial"]) {white-space: normal}
[data-testid="stImageCaption"] p {font-size: .75rem; hyphens: auto; line-height: 1.4}
button[data-testid="stPopoverButton"][aria-expanded="true"] {color: inherit}
[class*="st-key-page_tools"] button {padding-inline: .35rem}
@media (max-width: 40rem) {
  [class*="st-key-page_tools"] button {justify-content: center; min-width: 2.4rem}
  [class*="st-key-page_tools"] [data-testid="stMarkdownContainer"] {
    clip-path: inset(50%); height: 1px; overflow: hidden; position: absolute; width: 1px;
  }
  [data-testid="stButtonGroup"] [role="radiogroup"] button {padding-inline: .6rem}
  [data-testid="stElementContainer"]:has([data-testid="stMultiSelect"]),
  [data-testid="stElementContainer"]:has([data-testid="stTextInput"]) {min-width: 100%}
}
"""
TILES = range(5, 7)
"""Numbers of tiles that stand in one row, or in two where the page is too narrow for one."""
LEAST_WIDTHS = (450, 600, 750, 860, 900)
"""Pixels that figures of many panels keep on a narrow page, which moves them sideways."""


def page_style() -> str:
    """Returns the rules of the style sheet, without its element."""
    return f"{STYLE}{''.join(map(_tile_style, TILES))}{_sideways_style()}"


def _sideways_style() -> str:
    kinds = "\n".join(
        f'[class*="st-key-sideways_{width}_"] > * {{min-width: {width}px}}'
        for width in LEAST_WIDTHS
    )
    return f'[class*="st-key-sideways_"] {{overflow-x: auto}}\n{kinds}\n'


def _tile_style(count: int) -> str:
    """Returns the style of `count` tiles: all in a row where each has 9.5 rem, else half."""
    half = -(-count // 2)
    row, two_rows = (f"(100% - {n - 1}rem) / {n}" for n in (count, half))
    switch = f"({10.5 * count - 1}rem - 100%) * 999"
    width = f"max(9rem, clamp({row}, {switch}, {two_rows}))"
    return (
        f'[class*="st-key-side_by_side_of_{count}_"] '
        f"{{grid-template-columns: repeat(auto-fit, minmax({width}, 1fr))}}\n"
    )
