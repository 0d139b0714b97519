"""Run as a script: the package without the extras, as `pip install tomclip` leaves it.

python light_installation.py CODE
"""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder

from tomclip.core.extras import EXTRA_OF


class Absent(MetaPathFinder):
    """Finds no package that an extra brings."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Refuses what is not installed, as Python does."""
        if name.partition(".")[0] in EXTRA_OF:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


if __name__ == "__main__":
    sys.meta_path.insert(0, Absent())
    exec(sys.argv[1])
