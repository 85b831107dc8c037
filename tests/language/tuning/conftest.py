"""Tiny models made on the spot, and a process that is killed in the middle of tuning."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.language.tuning.subjects import FILLER, WORDS

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def _vocabulary(special):
    subjects = sorted({word for words in WORDS.values() for word in words})
    return list(dict.fromkeys([*special, *FILLER, *subjects, "will", "Question", "Answer", ":"]))


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory):
    """A folder of sentence-transformers with a BERT of one layer and 32 dimensions, random to the last number."""
    torch, st = pytest.importorskip("torch"), pytest.importorskip("sentence_transformers")
    transformers = pytest.importorskip("transformers")
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("tiny") / "bert"
    words = {word: n for n, word in enumerate(_vocabulary(SPECIAL))}
    inner = Tokenizer(models.WordPiece(words, unk_token="[UNK]"))
    inner.normalizer, inner.pre_tokenizer = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
    inner.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    transformers.BertTokenizerFast(tokenizer_object=inner, mask_token="[MASK]", **names).save_pretrained(folder)
    config = transformers.BertConfig(
        vocab_size=len(words), hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=2,
        max_position_embeddings=64,
    )  # fmt: skip
    transformers.BertModel(config).save_pretrained(folder)
    whole = tmp_path_factory.mktemp("tiny") / "encoder"
    inside = Transformer(str(folder))
    st.SentenceTransformer(modules=[inside, Pooling(32)], device="cpu").save(str(whole), create_model_card=False)
    return whole


def _words_tokenizer(transformers):
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = {word: n for n, word in enumerate(_vocabulary(["<pad>", "</s>", "<unk>"]))}
    inner = Tokenizer(models.WordLevel(words, "<unk>"))
    inner.pre_tokenizer = pre_tokenizers.Whitespace()
    return len(words), transformers.PreTrainedTokenizerFast(
        tokenizer_object=inner, unk_token="<unk>", eos_token="</s>", pad_token="<pad>"
    )


@pytest.fixture(scope="session")
def tiny_causal(tmp_path_factory):
    """A folder with a Llama of two layers and 32 dimensions."""
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("tiny") / "llama"
    n, tokenizer = _words_tokenizer(transformers)
    tokenizer.save_pretrained(folder)
    config = transformers.LlamaConfig(
        vocab_size=n, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=2, max_position_embeddings=128, bos_token_id=1, eos_token_id=1, pad_token_id=0,
    )  # fmt: skip
    transformers.LlamaForCausalLM(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_t5(tmp_path_factory):
    """A folder with a T5 of two layers and 32 dimensions."""
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("tiny") / "t5"
    n, tokenizer = _words_tokenizer(transformers)
    tokenizer.save_pretrained(folder)
    config = transformers.T5Config(
        vocab_size=n, d_model=32, d_kv=16, d_ff=64, num_layers=2, num_heads=2, decoder_start_token_id=0,
        eos_token_id=1, pad_token_id=0,
    )  # fmt: skip
    transformers.T5ForConditionalGeneration(config).save_pretrained(folder)
    return folder


@pytest.fixture
def killed(tmp_path):
    """Start a program, kill it with SIGKILL once it has written a whole checkpoint into a folder."""

    def start(program, arguments, folder):
        file = tmp_path / "arguments.json"
        file.write_text(json.dumps(arguments))
        log = (tmp_path / "log").open("wb")
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        child = subprocess.Popen([sys.executable, "-c", program, str(file)], env=environment, stdout=log, stderr=log)
        try:
            until = time.monotonic() + 200
            while not any(Path(folder).glob("checkpoints/checkpoint-*/trainer_state.json")):
                assert child.poll() is None, (tmp_path / "log").read_text()
                assert time.monotonic() < until, "no checkpoint was written"
                time.sleep(0.02)
            child.send_signal(signal.SIGKILL)
        finally:
            child.kill()
            child.wait(timeout=30)
            log.close()
        assert child.returncode == -signal.SIGKILL, (tmp_path / "log").read_text()

    return start
