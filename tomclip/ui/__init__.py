"""The studio's pages: the only package that imports streamlit."""
