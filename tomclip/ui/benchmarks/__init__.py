"""The Benchmarks page: what is on this machine, evaluations of encoders on it, and their results.

Its entry is `tomclip.ui.benchmarks.page.show`.
"""
