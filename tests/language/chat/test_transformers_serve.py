"""The client against `transformers serve`, with a tiny model made on the spot that says nonsense."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from shopwright.errors import ProviderError
from shopwright.language.configured import chat

pytestmark = [pytest.mark.train, pytest.mark.loopback]
WORDS = ["<unk>", "<s>", "</s>", *(f"w{n}" for n in range(125))]
TEMPLATE = "{% for message in messages %}<s>{{ message['content'] }}</s>{% endfor %}"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A folder with a Llama of 2 layers and 16 dimensions, random to the last number."""
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    tokenizers = pytest.importorskip("tokenizers")
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("tiny") / "model"
    inner = tokenizers.Tokenizer(tokenizers.models.WordLevel({word: n for n, word in enumerate(WORDS)}, "<unk>"))
    inner.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=inner, unk_token="<unk>", bos_token="<s>", eos_token="</s>", pad_token="</s>"
    )
    tokenizer.chat_template = TEMPLATE
    tokenizer.save_pretrained(folder)
    config = transformers.LlamaConfig(
        vocab_size=len(WORDS), hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=2, max_position_embeddings=512, bos_token_id=1, eos_token_id=2, pad_token_id=2,
    )  # fmt: skip
    transformers.LlamaForCausalLM(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def served(tiny):
    """The address of a server with that model."""
    for library in ("fastapi", "uvicorn", "openai"):
        pytest.importorskip(library, reason="transformers serve needs it")
    program = shutil.which("transformers", path=str(Path(sys.executable).parent))
    if program is None:
        pytest.skip("transformers brings no command here")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "NO_PROXY": "*"}
    log = (tiny.parent / "log").open("wb")
    command = [program, "serve", str(tiny), "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    server = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    try:
        _wait_for(port, server, tiny.parent / "log")
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


def _wait_for(port, server, log):
    for _ in range(600):
        if server.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"transformers serve did not start:\n{log.read_text()[-3000:]}")


@pytest.fixture
def model(served, tiny, tmp_path):
    with chat(str(tiny), url=served, shop=tmp_path) as model:
        yield model


def test_a_reply(model):
    reply = model.reply("w1 w2 w3", max_tokens=8, temperature=0, purpose="test")
    assert reply.text.strip()
    assert 0 < reply.usage.tokens_out <= 8
    (row,) = model.ledger.rows()
    assert row["outcome"] == "ok"
    assert row["cost"] is None


def test_a_stream_says_the_same_as_a_whole_reply(model):
    asked = {"max_tokens": 8, "temperature": 0, "cache": False}
    *pieces, last = model.stream("w1 w2 w3", **asked)
    assert "".join(piece.text for piece in pieces) == last.reply.text
    assert last.reply.text.split() == model.reply("w1 w2 w3", **asked).text.split()


def test_a_model_that_does_not_exist_is_explained(served, tmp_path):
    with chat("nobody/has-this", url=served, shop=tmp_path) as model, pytest.raises(ProviderError) as caught:
        model.reply("w1", max_tokens=2)
    assert caught.value.code in ("CHAT-07", "CHAT-08", "CHAT-10")
