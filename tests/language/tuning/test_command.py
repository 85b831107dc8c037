"""`shopwright tune text`, as a person calls it."""

from __future__ import annotations

import csv
import json

import pytest
from tests.calling import called
from tests.language.tuning.subjects import asked, labelled


def _csv(file, header, rows):
    with file.open("w", newline="", encoding="utf-8") as opened:
        csv.writer(opened).writerows([header, *rows])
    return file


@pytest.mark.train
def test_a_file_of_labels_becomes_an_encoder_and_says_how_to_use_it(tiny_encoder, tmp_path):
    file = _csv(tmp_path / "texts.csv", ["text", "label"], zip(*labelled(12), strict=True))
    line = ["tune", "text", file, "--base", tiny_encoder, "--out", tmp_path / "tuned", "--epochs", "2"]
    code, out, err = called(*line)
    assert (code, out.strip()) == (0, str(tmp_path / "tuned" / "encoder"))
    assert f'language.encoder "{tmp_path / "tuned" / "encoder"}"' in err
    code, out, err = called(*line)
    assert (code, out) == (1, "")
    assert "MODEL-72" in err
    code, out, _ = called(*line, "--resume", "--json")
    assert code == 0
    assert json.loads(out)["plan"]["n_texts"] == 36
    code, _, err = called(*line[:-1], "3", "--resume")
    assert (code, "MODEL-73" in err) == (1, True)
    assert "epochs" in err
    assert "recipe" not in err
    code, _, err = called(*line, "--resume", "--seed", "1")
    assert code == 1
    assert "MODEL-73" in err
    assert "seed" in err


@pytest.mark.train
def test_a_file_of_answers_becomes_a_model_that_answers(tiny_causal, tmp_path):
    file = _csv(tmp_path / "pairs.csv", ["q", "a"], asked())
    line = ["tune", "text", file, "--kind", "answers", "--columns", "q,a", "--out", tmp_path / "tuned", "--epochs", "1"]
    code, _, err = called(*line)
    assert code == 2
    assert "USAGE-50" in err
    code, out, err = called(*line, "--base", tiny_causal)
    assert (code, out.strip()) == (0, str(tmp_path / "tuned"))
    assert "before" in err


@pytest.mark.parametrize(
    "options, code, named",
    [
        (["--kind", "poems"], 2, "USAGE-51"),
        (["--columns", "text"], 2, "USAGE-52"),
        (["--columns", "text,label,day"], 2, "USAGE-52"),
        (["--columns", "text,intent"], 1, "MODEL-91"),
    ],
)
def test_what_cannot_be_meant_is_explained(tmp_path, options, code, named):
    file = _csv(tmp_path / "texts.csv", ["text", "label"], [("a", "b")])
    got, out, err = called("tune", "text", file, "--out", tmp_path / "tuned", *options)
    assert (got, out) == (code, "")
    assert named in err
    assert not (tmp_path / "tuned").exists()


@pytest.mark.train
@pytest.mark.parametrize(
    "rows, named",
    [
        ([("a", "x"), ("b", "x")], "MODEL-54"),  # one class only
        ([("a", "x"), ("b", "y")], "MODEL-70"),  # one example of each
    ],
)
def test_what_cannot_be_learned_from_is_explained(tmp_path, rows, named):
    file = _csv(tmp_path / "texts.csv", ["text", "label"], rows)
    code, out, err = called("tune", "text", file, "--out", tmp_path / "tuned")
    assert (code, out) == (1, "")
    assert named in err
