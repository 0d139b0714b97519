"""The Topology page's bars of one language, the longest first."""

from __future__ import annotations

from functools import partial

import streamlit as st

from tomclip.export.lines import barcode_lines
from tomclip.figures import barcode_stack_figure
from tomclip.ui.computing.cached import CloudChoice
from tomclip.ui.computing.repeated import cloud_read
from tomclip.ui.pages.topology.clouds import (
    ORIGINAL_SPACE,
    cloud_context,
    ready_diagrams,
)
from tomclip.ui.parts import controls
from tomclip.ui.parts.diagram_tables import bars_table
from tomclip.ui.parts.features import bar_selection, show_feature
from tomclip.ui.parts.layout import figure
from tomclip.ui.view_state import choices


def show_barcode(choice: CloudChoice, max_dimension: int) -> None:
    """Shows the longest bars of every dimension, and the words behind the one clicked."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        language = controls.language_picker()
        top = controls.number_slider("Longest bars shown", choices.BARS, 5, 100)
    choice = choice.over([language])
    diagrams = ready_diagrams(choice, [language], max_dimension)
    if diagrams:
        context = cloud_context(choice)
        chart = barcode_stack_figure(
            diagrams[language], context=context, top=top, language=language
        )
        chosen = figure(
            chart,
            key="topology/barcode",
            data=lambda: bars_table(diagrams),
            selection=bar_selection(choice, diagrams),
            reading="A bar lives from its birth to its death. Click a bar to see its words. "
            + ORIGINAL_SPACE,
            lines=partial(
                barcode_lines,
                cloud_read(choice, context, [language], max_dimension),
                language=language,
                top=top,
            ),
        )
        show_feature(choice, diagrams, chosen)
