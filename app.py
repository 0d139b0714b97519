"""ToMCLIP Studio: `streamlit run app.py`."""

from __future__ import annotations

import streamlit as st

PAGES = (
    ("pages/1_Overview.py", "Overview", "home", ":material/dashboard:"),
    ("pages/2_Embeddings.py", "Embeddings", "map", ":material/scatter_plot:"),
    ("pages/3_Topology.py", "Topology", "shape", ":material/hub:"),
    ("pages/4_Compare.py", "Compare", "difference", ":material/compare_arrows:"),
    ("pages/5_Zero_shot_and_retrieval.py", "Zero-shot & retrieval", "search", ":material/image_search:"),
)  # fmt: skip

st.set_page_config(page_title="ToMCLIP Studio", page_icon=":material/hub:", layout="wide")

# Every address differs from the one Streamlit derives from the file's name: with the derived one, a
# link to a page opens it without this script.
pages = [
    st.Page(path, title=title, url_path=address, icon=icon, default=address == "home")
    for path, title, address, icon in PAGES
]
st.navigation(pages).run()
