"""LoRA over questions and answers: a tiny Llama and a tiny T5, broken off and gone on with, merged, in eight bits."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from tests.language.tuning.subjects import asked

from shopwright.errors import ModelError
from shopwright.language.tuning.answers import Recipe, answer, tune

KILLED = """
import json, sys
from shopwright.language.tuning.answers import Recipe, tune
given = json.load(open(sys.argv[1]))
tune(given["pairs"], folder=given["folder"], base=given["base"], days=given["days"], recipe=Recipe(**given["recipe"]))
"""
RECIPE = {"epochs": 12, "rate": 0.01, "patience": 12}
WORDS = "it will arrive when shipped you can return for money wear long"


@pytest.mark.train
@pytest.mark.parametrize("kind", ["tiny_causal", "tiny_t5"])
def test_a_killed_tuning_goes_on_and_says_the_shops_answers_more_readily(kind, request, tmp_path, killed):
    base, folder, pairs = request.getfixturevalue(kind), tmp_path / "answers", asked()
    days = [(date(2026, 1, 1) + timedelta(at * 7 % len(pairs))).isoformat() for at in range(len(pairs))]
    given = {"pairs": pairs, "days": days, "base": str(base), "folder": str(folder), "recipe": RECIPE}
    killed(KILLED, given, folder)
    with pytest.raises(ModelError) as other:
        tune(pairs, base=base, folder=folder, days=days, recipe=Recipe(), resume=True)
    assert other.value.code == "MODEL-73"
    made = tune(pairs, base=base, folder=folder, days=days, recipe=Recipe(**RECIPE), resume=True)
    assert made.resumed_at > 0
    assert made.steps > made.resumed_at
    assert made.split_by == "time"
    assert made.pairs == {"train": 48, "validation": 6, "test": 6}
    assert made.is_better
    assert made.after.validation < made.before.validation - 0.5
    assert abs(made.int8.test - made.after.test) < 0.05
    assert any((folder / "log").glob("events.out.tfevents.*"))
    assert not (folder / "checkpoints").exists()
    assert not [file for file in folder.rglob("*") if file.suffix in (".bin", ".pt", ".pth", ".pkl")]
    said = answer(folder, "where is my parcel late", most_tokens=12)
    assert said
    assert set(said.split()) <= set(WORDS.split())
    assert said == answer(folder, "where is my parcel late", most_tokens=12, precision="fp32")
    assert json.loads(json.dumps(made.as_json(), default=str))["is_better"]


@pytest.mark.train
def test_an_encoder_cannot_learn_to_answer(tiny_encoder, tmp_path):
    with pytest.raises(ModelError) as refused:
        tune(asked(), base=tiny_encoder, folder=tmp_path / "answers")
    assert refused.value.code == "MODEL-82"


@pytest.mark.train
@pytest.mark.parametrize("spoiled", ["model.safetensors", "tokenizer.json"])
def test_a_base_cut_short_is_refused(tiny_causal, tmp_path, spoiled):
    import shutil

    base = tmp_path / "base"
    shutil.copytree(tiny_causal, base)
    whole = (base / spoiled).read_bytes()
    (base / spoiled).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelError) as refused:
        tune(asked(), base=base, folder=tmp_path / "answers")
    assert refused.value.code == "MODEL-83"


@pytest.mark.train
def test_a_folder_without_a_model_and_an_empty_question_are_refused(tmp_path):
    with pytest.raises(ModelError):
        answer(tmp_path, "where is my parcel")
    with pytest.raises(ModelError) as refused:
        answer(tmp_path, "  ")
    assert refused.value.code == "MODEL-84"
