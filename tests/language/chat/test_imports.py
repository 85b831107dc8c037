"""A chat model alone loads no numerics and asks nothing of the network."""

from __future__ import annotations

import os
import subprocess
import sys

HEAVY = {"numpy", "polars", "scipy", "sklearn", "onnxruntime", "onnx", "tokenizers", "duckdb", "pandas", "torch"}
USES = """
import socket, sys
def refuse(*_, **__): raise AssertionError("the network was asked")
socket.socket.connect = socket.getaddrinfo = refuse
from shopwright.language.configured import chat
from shopwright.language.doubles import Echo
from shopwright.language.replay import Recorder
from shopwright.language.tools import converse
model = chat("m", url="http://localhost:11434/v1", shop=sys.argv[1])
Recorder(Echo(), sys.argv[1] + "/f").reply("write to jane@example.com")
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_importing_and_making_a_chat_model_loads_nothing_heavy(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", USES, str(tmp_path)], capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert {"httpx2", "pydantic", "shopwright"} <= loaded
    assert not loaded & (HEAVY | {"opentelemetry", "typer", "rich", "huggingface_hub"})
