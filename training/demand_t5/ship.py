"""Put trained weights into the package: `python training/demand_t5/ship.py CHECKPOINTS [--out FOLDER] [--minutes N]`.

The averaged weights of the last checkpoint, as an ONNX graph in eight bits and as float16 to tune from, with a card of
hashes. The scales of the eight bits come from made-up shops that training has not seen.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parent.parent))

from demand_t5.batches import batch
from demand_t5.real import UNTIL
from demand_t5.train import State
from shopwright.forecast.t5.export import export
from shopwright.forecast.t5.names import GIVEN
from shopwright.forecast.t5.store import SHIPPED

__all__ = ["main"]

SEED, N_SHOPS = 1_000_003, 60


def main() -> None:
    """Read the command line and export."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("checkpoints", type=Path, help="folder that train.py wrote")
    parser.add_argument("--out", type=Path, default=SHIPPED)
    parser.add_argument("--name", default="demand-t5-mini-1")
    parser.add_argument("--minutes", type=float, default=0.0, help="that training took, for the card")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    state = State.load(asked.checkpoints / "checkpoint.pt")
    net = state.best()
    seen = [dict(zip(GIVEN, batch(SEED, number, 64, []).given, strict=True)) for number in range(N_SHOPS)]
    about = {
        "parameters": sum(value.numel() for value in net.parameters()),
        "recipe": asdict(state.recipe),
        "steps": state.step,
        "series": state.step * state.recipe.batch,
        "minutes": asked.minutes,
        "read until": {name: str(day) for name, day in UNTIL.items()},
    }
    card = export(net, asked.out, asked.name, seen, about)
    print(json.dumps(asdict(card), indent=1))


if __name__ == "__main__":
    main()
