"""ToMCLIP Studio: `streamlit run app.py`."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from tomclip.ui.favicon import FAVICON
from tomclip.ui.navigation import studio_pages
from tomclip.ui.parts.layout import studio

FOLDER = Path(__file__).parent / "pages"

# Each address is the one that Streamlit derives from the file's name. The first visitor after a
# start is led by those derived names, whatever stands here: with other addresses a link to a page
# would open under a message that it does not exist. `page_header` then calls this script.
PAGES = (
    ("1_overview.py", "Overview", "overview", ":material/dashboard:"),
    ("2_embeddings.py", "Embeddings", "embeddings", ":material/scatter_plot:"),
    ("3_topology.py", "Topology", "topology", ":material/hub:"),
    ("4_compare.py", "Compare", "compare", ":material/compare_arrows:"),
    ("5_zero_shot.py", "Zero-shot & retrieval", "zero_shot", ":material/image_search:"),
    ("6_train.py", "Train", "train", ":material/model_training:"),
    ("7_runs.py", "Runs", "runs", ":material/list_alt:"),
    ("8_benchmarks.py", "Benchmarks", "benchmarks", ":material/leaderboard:"),
    ("11_your_data.py", "Your data", "your_data", ":material/upload_file:"),
    ("12_export.py", "Export", "export", ":material/picture_as_pdf:"),
    ("10_study.py", "What helps", "study", ":material/science:"),
    ("9_encoders.py", "Encoders", "encoders", ":material/deployed_code:"),
)


st.set_page_config(page_title="ToMCLIP Studio", page_icon=FAVICON, layout="wide")
navigation = st.navigation(studio_pages(FOLDER, PAGES))
with studio(navigation.url_path or PAGES[0][2]):
    navigation.run()
