"""The first map as a file for Embedding Atlas, which draws what a page cannot."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from tomclip.export.atlas import OPENING, atlas_bytes, atlas_table
from tomclip.ui.computing.maps import MapChoice, map_vectors

NAME = "map.parquet"


def show_handover(encoder: str, xy: np.ndarray, points: pd.DataFrame, choice: MapChoice) -> None:
    """Offers the points with places, words and neighbours; the file is made when it is asked for.

    Args:
        encoder: whose vectors decide the neighbours.
        xy: (n, 2) its map.
        points: of `maps.map_points`.
        choice: which points.
    """

    def made() -> bytes:
        return atlas_bytes(
            atlas_table(
                xy,
                map_vectors(encoder, choice),
                texts=points["words"].tolist(),
                languages=points["language"].tolist(),
                ids=points["id"].tolist(),
                metric=choice.layout.metric,
            )
        )

    with st.expander("Open it in Embedding Atlas", icon=":material/open_in_new:"):
        st.markdown(
            "A page draws up to 100,000 points. Embedding Atlas, a program of its own, draws "
            "millions, finds neighbours and searches words: download the map with its neighbours "
            "and open it there."
        )
        st.download_button(
            "Map and neighbours (parquet)",
            made,
            NAME,
            "application/vnd.apache.parquet",
            key="download:embeddings/atlas",
            on_click="ignore",
            icon=":material/download:",
        )
        st.code(f"pip install embedding-atlas\n{OPENING.format(name=NAME)}", language="sh")
