"""Models in eight bits: small, near to what they were made from, and refused where their file is not whole."""

from __future__ import annotations

import pytest

from shopwright.errors import ModelError
from shopwright.language.tuning.answers import tune
from shopwright.language.tuning.causal import load
from shopwright.language.tuning.int8 import FILE, pack, unpack

pytestmark = pytest.mark.train
IDS = {"vocab_size": 60, "bos_token_id": 1, "eos_token_id": 1, "pad_token_id": 0}


def _llama(transformers, *, tied):
    sizes = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
    return transformers.LlamaForCausalLM(transformers.LlamaConfig(tie_word_embeddings=tied, **sizes, **IDS))


def _gpt2(transformers):
    """Its weights lie on their side: columns are the output channels."""
    return transformers.GPT2LMHeadModel(transformers.GPT2Config(n_embd=32, n_layer=2, n_head=2, n_positions=64, **IDS))


MADE = {
    "llama": lambda lib: _llama(lib, tied=False),
    "llama with one table for words read and said": lambda lib: _llama(lib, tied=True),
    "gpt2": _gpt2,
}


@pytest.fixture
def made(request):
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    torch.manual_seed(0)
    model = MADE[request.param](transformers).eval()
    with torch.no_grad():  # one channel is a hundred times the others, which one scale for all would wipe out
        for name, weight in model.named_parameters():
            if name.endswith(("q_proj.weight", "c_attn.weight")):
                (weight[:, 0] if "c_attn" in name else weight[0]).mul_(100)
    return model


@pytest.mark.parametrize("made", MADE, indirect=True)
def test_a_model_comes_back_near_to_what_it_was_and_a_quarter_as_large(made, tmp_path):
    import torch

    pack(made, tmp_path)
    back, words = unpack(tmp_path), torch.arange(2, 34).reshape(2, 16)
    with torch.inference_mode():
        before, after = (model(input_ids=words).logits for model in (made, back))
    assert float((before - after).abs().max()) < 0.03 * float(before.abs().max())
    assert float(torch.nn.functional.cosine_similarity(before, after, dim=-1).min()) > 0.999
    assert (tmp_path / FILE).stat().st_size < 0.45 * sum(p.nbytes for p in made.parameters())
    for name, weight in back.state_dict().items():
        was = made.state_dict()[name]
        if was.ndim == 2:  # never further off than half a step of its own channel
            step = was.abs().amax(0 if "c_" in name else 1, keepdim=True) / 127
            assert bool(((weight - was).abs() <= 0.501 * step).all()), name


@pytest.mark.parametrize("made", ["llama"], indirect=True)
@pytest.mark.parametrize("harm", ["cut", "a tensor short", "missing"])
def test_a_file_that_is_not_whole_is_refused(made, tmp_path, harm):
    from safetensors.torch import load_file, save_file

    pack(made, tmp_path)
    file = tmp_path / FILE
    if harm == "cut":
        file.write_bytes(file.read_bytes()[:2000])
    elif harm == "missing":
        file.unlink()
    else:
        whole = load_file(file)
        save_file({name: value.clone() for name, value in whole.items() if "layers.0.mlp.up_proj" not in name}, file)
    with pytest.raises(ModelError) as refused:
        unpack(tmp_path)
    assert refused.value.code == ("MODEL-20" if harm == "missing" else "MODEL-83")


def test_a_base_that_is_a_pickle_or_brings_code_is_refused(tiny_causal, tmp_path):
    import json
    import shutil

    import torch

    pickled, coded = tmp_path / "pickled", tmp_path / "coded"
    for place in (pickled, coded):
        shutil.copytree(tiny_causal, place)
    torch.save(load(tiny_causal).state_dict(), pickled / "pytorch_model.bin")
    (pickled / "model.safetensors").unlink()
    config = json.loads((coded / "config.json").read_text())
    (coded / "config.json").write_text(json.dumps(config | {"auto_map": {"AutoModelForCausalLM": "evil.Model"}}))
    pairs = [(f"question {n}", f"answer {n}") for n in range(20)]
    for place, code in ((pickled, "MODEL-22"), (coded, "MODEL-33")):
        with pytest.raises(ModelError) as refused:
            tune(pairs, base=place, folder=tmp_path / "out")
        assert refused.value.code == code
        assert not (tmp_path / "out").exists()
