"""The scripts under training/ are no part of the package: tests find them as a person who runs one does."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "training"))
