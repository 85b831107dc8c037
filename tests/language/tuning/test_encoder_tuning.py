"""Tuning an encoder: a tiny BERT made on the spot, broken off and gone on with, and what cannot be learned from."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
from tests.language.tuning.subjects import labelled

from shopwright.errors import LockedError, ModelError, StoreError
from shopwright.language import encoder
from shopwright.language.onnx.learned import hashes, seen
from shopwright.language.tuning.encoder import Recipe, tune

KILLED = """
import json, sys
from shopwright.language.tuning.encoder import Recipe, tune
given = json.load(open(sys.argv[1]))
tune(given["texts"], given["labels"], folder=given["folder"], base=given["base"], recipe=Recipe(given["epochs"]))
"""


def _apart(vectors, labels):
    """Mean cosine within a label less that between labels."""
    cosines, names = vectors @ vectors.T, np.array(labels)
    alike, itself = names[:, None] == names[None], np.eye(len(names), dtype=bool)
    return float(cosines[alike & ~itself].mean() - cosines[~alike].mean())


@pytest.mark.train
def test_texts_of_a_label_come_together_and_the_export_is_an_encoder(tiny_encoder, tmp_path):
    texts, labels = labelled(18)
    others, asked = labelled(60, seed=9)
    made = tune(texts, labels, base=tiny_encoder, folder=tmp_path / "tuned", recipe=Recipe(120, 5e-3, kept=0.0))
    before, after = encoder(tiny_encoder), encoder(made)
    assert _apart(after.encode(texts), labels) > _apart(before.encode(texts), labels) + 0.15
    assert _apart(after.encode(others), asked) > _apart(before.encode(others), asked) + 0.05
    facts = json.loads((tmp_path / "tuned" / "tuning.json").read_text("utf-8"))
    assert after.learned == frozenset(hashes(texts))
    assert facts["result"]["held_out"] == 0  # eighteen of a class are too few to spare any
    assert any((tmp_path / "tuned" / "log").glob("events.out.tfevents.*"))
    assert not (tmp_path / "tuned" / "checkpoints").exists()
    assert not [file for file in (tmp_path / "tuned").rglob("*") if file.suffix in (".bin", ".pt", ".pth", ".pkl")]


@pytest.mark.train
def test_what_is_kept_of_the_parent_draws_the_weights_back_to_it(tiny_encoder, tmp_path):
    from safetensors.numpy import load_file

    texts, labels = labelled(4)
    for kept in (0.0, 0.3, 1.0):
        tune(texts, labels, base=tiny_encoder, folder=tmp_path / str(kept), recipe=Recipe(5, 5e-3, kept=kept))
    free, drawn, parent = (
        load_file(tmp_path / name / "weights" / "model.safetensors") for name in ("0.0", "0.3", "1.0")
    )
    before = load_file(tiny_encoder / "model.safetensors")
    moved = [name for name, value in free.items() if np.abs(value - before[name]).max() > 1e-4]
    assert len(moved) > 5
    for name, value in before.items():
        np.testing.assert_allclose(parent[name], value, atol=1e-6)
        np.testing.assert_allclose(drawn[name], 0.7 * free[name] + 0.3 * value, atol=1e-5)


@pytest.mark.train
def test_weights_may_lie_in_several_files(tiny_encoder, tmp_path):
    import transformers

    texts, labels = labelled(4)
    whole = transformers.BertModel.from_pretrained(tiny_encoder)
    folder = shutil.copytree(tiny_encoder, tmp_path / "parts")
    (folder / "model.safetensors").unlink()
    whole.save_pretrained(folder, max_shard_size="10KB")
    assert len(list(folder.glob("*.safetensors"))) > 1
    made = tune(texts, labels, base=folder, folder=tmp_path / "tuned", recipe=Recipe(1, 1e-3))
    assert encoder(made).dimensions == 32


@pytest.mark.train
def test_it_stops_early_by_held_out_texts_and_keeps_the_best(tiny_encoder, tmp_path):
    texts, labels = labelled(40)
    made = tune(texts, labels, base=tiny_encoder, folder=tmp_path / "tuned", recipe=Recipe(60, 3e-3))
    assert np.count_nonzero(~seen(texts, encoder(made).learned)) == 12
    facts = json.loads((tmp_path / "tuned" / "tuning.json").read_text("utf-8"))["result"]
    assert facts["held_out"] == 12
    assert facts["held_out_accuracy"] > 0.8
    assert facts["steps"] < 60 * 3  # 108 texts are three batches of 32


@pytest.mark.train
def test_a_killed_tuning_goes_on_from_its_checkpoint(tiny_encoder, tmp_path, killed):
    texts, labels = labelled(12)
    folder = tmp_path / "tuned"
    given = {"texts": texts, "labels": labels, "base": str(tiny_encoder), "folder": str(folder), "epochs": 150}
    killed(KILLED, given, folder)
    begun = max((folder / "checkpoints").glob("checkpoint-*"), key=lambda place: int(place.name.split("-")[1]))
    half = folder / "checkpoints" / "checkpoint-999999"
    half.mkdir()  # as a process leaves it that is killed while it writes
    (half / "model.safetensors").write_bytes(b"half")
    with pytest.raises(StoreError) as refused:
        tune(texts, labels, base=tiny_encoder, folder=folder, recipe=Recipe(150))
    assert refused.value.code == "MODEL-72"
    with pytest.raises(ModelError) as other:
        tune([*texts, "one more"], [*labels, "size"], base=tiny_encoder, folder=folder, recipe=Recipe(150), resume=True)
    assert other.value.code == "MODEL-73"
    made = tune(texts, labels, base=tiny_encoder, folder=folder, recipe=Recipe(150), resume=True)
    result = json.loads((folder / "tuning.json").read_text("utf-8"))["result"]
    assert result["resumed_at"] >= int(begun.name.split("-")[1]) > 0
    assert result["steps"] == 150
    assert encoder(made).encode(["where is my parcel"]).shape == (1, 32)
    assert tune(texts, labels, base=tiny_encoder, folder=folder, recipe=Recipe(150), resume=True) == made


@pytest.mark.train
def test_two_cannot_tune_in_one_folder(tiny_encoder, tmp_path):
    from filelock import FileLock

    (tmp_path / "tuned").mkdir()
    texts, labels = labelled(3)
    with FileLock(tmp_path / "tuned" / ".lock"), pytest.raises(LockedError) as refused:
        tune(texts, labels, base=tiny_encoder, folder=tmp_path / "tuned")
    assert refused.value.code == "MODEL-75"


@pytest.mark.train
def test_odd_texts_are_learned_from_like_others(tiny_encoder, tmp_path):
    texts, labels = labelled(4)
    texts += ["", "   ", "🎉🎉🎉", "a\0b", "包裹 где my parcel", "parcel " * 150_000, "only one of its kind"]
    labels += ["size", "refund", "size", "refund", "delivery", "delivery", "alone"]
    made = tune(texts, labels, base=tiny_encoder, folder=tmp_path / "tuned", recipe=Recipe(1))
    assert np.isfinite(encoder(made).encode(texts)).all()


@pytest.mark.train
def test_a_pickled_base_is_refused(tiny_encoder, tmp_path):
    base = tmp_path / "pickled"
    base.mkdir()
    (base / "config.json").write_bytes((tiny_encoder / "config.json").read_bytes())
    (base / "pytorch_model.bin").write_bytes(b"\x80\x04")
    texts, labels = labelled(3)
    with pytest.raises(ModelError) as refused:
        tune(texts, labels, base=base, folder=tmp_path / "tuned")
    assert refused.value.code == "MODEL-22"
    assert not (tmp_path / "tuned").exists()
