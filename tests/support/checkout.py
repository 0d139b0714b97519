"""Where the checkout lies whose tests these are."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app.py"
RECIPE = ROOT / "configs" / "emoji_small.yaml"
