"""Plain baselines: maps in closed form behind any text encoder, fitted in seconds.

A recipe that does not beat them has not helped. A fitted one is an encoder of the catalogue.
"""

from tomclip.baselines.fitting import fit_baseline
from tomclip.baselines.store import Baseline, list_baselines, remove_baseline

__all__ = ["Baseline", "fit_baseline", "list_baselines", "remove_baseline"]
