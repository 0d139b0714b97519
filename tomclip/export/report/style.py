"""How a report looks: by the reader's light or dark, on a telephone, and on paper."""

from __future__ import annotations

from tomclip.figures.style.palette import PALETTES, ThemeName
from tomclip.figures.style.template import FONT_FAMILY

COLOURS = ("ink", "muted", "axis", "grid", "paper", "blue")


def _variables(theme: ThemeName) -> str:
    return "; ".join(f"--{name}: {PALETTES[theme][name]}" for name in COLOURS)


PRINTED_WIDTH, PRINTED_SCALE = 940, 0.72
"""Pixels of a figure on paper, and by what they shrink to fill A4 between margins of 15 mm."""
PRINTED_HEIGHT = 0.86
"""Share of its height that a figure has on paper, so that two of 13 languages fill a sheet."""
STYLE = f"""
:root {{color-scheme: light dark; {_variables("light")}}}
@media (prefers-color-scheme: dark) {{:root {{{_variables("dark")}}}}}
* {{box-sizing: border-box}}
body {{margin: 0; color: var(--ink); background: var(--paper); font: 16px/1.55 {FONT_FAMILY}}}
main {{max-width: 52rem; margin: 0 auto; padding: 2rem 1rem 4rem}}
h1 {{font-size: 1.7rem; line-height: 1.25; margin: 0 0 .4rem; overflow-wrap: anywhere}}
h2 {{font-size: 1.2rem; margin: 2.6rem 0 .6rem; padding-top: .6rem;
  border-top: 1px solid var(--grid)}}
.about, .note, figcaption {{color: var(--muted)}}
.note, figcaption, nav {{font-size: .88rem}}
.verdict {{font-size: 1.15rem; margin: 1.2rem 0; padding: .9rem 1.1rem;
  border-left: 4px solid var(--blue); background: var(--grid); overflow-wrap: anywhere}}
nav {{display: flex; flex-wrap: wrap; gap: .2rem 1rem}}
nav a {{color: var(--blue)}}
li {{margin: .3rem 0; overflow-wrap: anywhere}}
figure {{margin: 1.4rem 0 2rem}}
.card {{background: {PALETTES["light"]["paper"]}; border: 1px solid var(--grid);
  border-radius: 6px; overflow-x: auto}}
figcaption {{margin-top: .5rem}}
.wide {{overflow-x: auto; margin: 1.2rem 0}}
table {{border-collapse: collapse; width: 100%; font-size: .88rem}}
caption {{text-align: left; font-weight: 600; padding-bottom: .4rem; max-width: calc(100vw - 2rem)}}
th, td {{text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0;
  border-bottom: 1px solid var(--grid)}}
thead th {{vertical-align: bottom; color: var(--muted); border-bottom: 1px solid var(--axis)}}
tbody th {{font-weight: 400}}
.numbers td, .numbers thead th + th {{text-align: right; font-variant-numeric: tabular-nums}}
.numbers td, .numbers tbody th {{white-space: nowrap}}
.text td, .text th {{overflow-wrap: break-word}}
.text td {{min-width: 4rem}}
.text td:last-child {{min-width: 11rem}}
pre {{overflow-x: auto; padding: .8rem 1rem; background: var(--grid); font-size: .82rem}}
.command {{white-space: pre-wrap; overflow-wrap: anywhere}}
summary {{cursor: pointer; color: var(--blue)}}
@media print {{
  @page {{size: A4; margin: 15mm}}
  :root {{color-scheme: light; {_variables("light")}}}
  main {{max-width: none; padding: 0}}
  body {{font-size: 10.5pt; font-variant-ligatures: none}}
  nav, details, .modebar-container {{display: none}}
  .verdict {{font-size: 1.1rem}}
  section {{break-before: page}}
  section.first {{break-before: auto}}
  h2 {{border: 0; margin-top: .8rem}}
  section.first h2 {{margin-top: 1.4rem}}
  .note, figcaption {{font-size: 8.5pt; line-height: 1.4}}
  h2, caption {{break-after: avoid}}
  figure, tr, .wide, pre, li, .verdict {{break-inside: avoid}}
  .wide, .card, pre {{overflow: visible}}
  .wide {{margin: .8rem 0}}
  figure {{margin: 0 0 .9rem}}
  .card > div {{zoom: {PRINTED_SCALE}}}
  pre {{white-space: pre-wrap; overflow-wrap: anywhere}}
  table {{font-size: 8.5pt}}
  th, td {{padding-block: .15rem}}
  .numbers {{font-size: 8pt; line-height: 1.3}}
  .numbers th, .numbers td {{white-space: normal; padding-block: .06rem}}
  .text th, .text td {{overflow-wrap: anywhere}}
  .text tbody th, .text td:nth-child(2) {{min-width: 8em}}
}}
"""
SCRIPT = f"""
const drawn = () => document.querySelectorAll(".js-plotly-plot");
addEventListener("beforeprint", () =>
  drawn().forEach((one) => Plotly.relayout(one, {{width: {PRINTED_WIDTH}}})));
addEventListener("afterprint", () =>
  drawn().forEach((one) => Plotly.relayout(one, {{width: null, autosize: true}})));
"""
