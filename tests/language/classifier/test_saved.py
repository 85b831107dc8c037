import json
import shutil

import numpy as np
import pytest
from scipy.special import softmax
from tests.language.onnx import small

from shopwright.errors import ModelError
from shopwright.language import encoder as open_encoder
from shopwright.language.classifier import TextClassifier
from shopwright.language.classifier.grams import count
from shopwright.language.classifier.normal import normal_all


@pytest.fixture(scope="module")
def fitted(taught):
    labels = [label if at % 9 else "refund" for at, label in enumerate(taught.labels)]
    return TextClassifier.fit(taught.texts, labels, encoder="static")


def test_it_comes_back_as_it_was(fitted, asked, tmp_path):
    fitted.save(tmp_path / "desk")
    again = TextClassifier.load(tmp_path / "desk")
    np.testing.assert_array_equal(again.predict_proba(asked.texts), fitted.predict_proba(asked.texts))
    np.testing.assert_array_equal(again.confidence(asked.texts), fitted.confidence(asked.texts))
    assert again.classes == fitted.classes
    assert again.threshold == fitted.threshold
    assert again.report == fitted.report


def test_it_comes_back_to_the_last_digit(tmp_path):
    """A matrix that lies in memory the other way round is multiplied in another order."""
    words = ["parcel", "refund", "card", "order", "late", "broken", "size", "colour", "red", "blue", "shop", "price"]
    random = np.random.default_rng(0)
    texts = [" ".join(random.choice(words, 6)) for _ in range(40)]
    fitted = TextClassifier.fit(texts, [*range(20), *[99] * 20], encoder="static")
    fitted.save(tmp_path / "desk")
    again = TextClassifier.load(tmp_path / "desk")
    np.testing.assert_array_equal(again.predict_proba(texts), fitted.predict_proba(texts))
    np.testing.assert_array_equal(again.confidence(texts), fitted.confidence(texts))


def test_it_is_written_as_plain_numbers_and_json_over_an_older_one(fitted, tmp_path):
    for _ in range(2):
        fitted.save(tmp_path / "desk")
    assert sorted(file.name for file in (tmp_path / "desk").iterdir()) == ["classifier.json", "classifier.safetensors"]
    assert [file.name for file in tmp_path.iterdir()] == ["desk"]


def test_folders_named_like_encoders_do_not_matter(taught, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "static").mkdir()  # as many a web project has it
    (tmp_path / "auto").mkdir()
    found = TextClassifier.fit(taught.texts, taught.labels, encoder="auto")
    found.save("desk")
    assert TextClassifier.load("desk").predict(["track my parcel"]) == found.predict(["track my parcel"])


def test_pickles_beside_an_encoder_are_not_taken_along(taught, tmp_path):
    folder = small.write(tmp_path / "ours")
    (folder / "pytorch_model.bin").write_bytes(b"cos\nsystem\n")
    TextClassifier.fit(taught.texts, taught.labels, encoder=folder).save(tmp_path / "desk")
    there = [file.suffix for file in (tmp_path / "desk").rglob("*") if file.is_file()]
    assert ".bin" not in there
    assert TextClassifier.load(tmp_path / "desk").predict(["x"])


def test_it_may_be_written_here_and_with_labels_of_any_kind(tmp_path, monkeypatch):
    labels = ["two words", "cut: \ud83d", "two words", "cut: \ud83d"]
    found = TextClassifier.fit(["a b", "c d", "a e", "c f"], labels, encoder=None)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    found.save(".")
    monkeypatch.chdir(tmp_path)
    assert TextClassifier.load("here").classes == found.classes
    assert [file.name for file in tmp_path.iterdir()] == ["here"]


def test_a_folder_with_something_else_is_left_alone(fitted, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_bytes(b"meow")
    with pytest.raises(ModelError, match="MODEL-62"):
        fitted.save(tmp_path / "photos")
    assert (tmp_path / "photos" / "cat.jpg").read_bytes() == b"meow"


def _without(key):
    def change(path):
        facts = json.loads(path.read_text("utf-8"))
        del facts[key]
        path.write_text(json.dumps(facts), "utf-8")

    return change


DAMAGES = {
    "no facts": ("classifier.json", lambda path: path.unlink()),
    "a page of a server": ("classifier.json", lambda path: path.write_text("<html>", "utf-8")),
    "a list": ("classifier.json", lambda path: path.write_text("[1]", "utf-8")),
    "a head that is not there": (
        "classifier.json",
        lambda path: path.write_text(
            path.read_text("utf-8").replace('"blend": {', '"blend": {"spread": 1.0,'), "utf-8"
        ),
    ),
    "no classes": ("classifier.json", _without("classes")),
    "no encoder": ("classifier.json", _without("encoder")),
    "no report": ("classifier.json", _without("report")),
    "no numbers": ("classifier.safetensors", lambda path: path.unlink()),
    "half of the numbers": ("classifier.safetensors", lambda path: path.write_bytes(path.read_bytes()[:5000])),
    "nothing in the numbers": ("classifier.safetensors", lambda path: path.write_bytes(b"")),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_folder_is_said_to_be(fitted, tmp_path, damage):
    fitted.save(tmp_path / "desk")
    file, change = DAMAGES[damage]
    change(tmp_path / "desk" / file)
    with pytest.raises(ModelError, match="MODEL-63"):
        TextClassifier.load(tmp_path / "desk")


def test_numbers_of_another_classifier_are_refused(fitted, taught, tmp_path):
    fitted.save(tmp_path / "one")
    TextClassifier.fit(["yes", "no"] * 6, [1, 0] * 6, encoder=None).save(tmp_path / "two")
    shutil.copy(tmp_path / "two" / "classifier.safetensors", tmp_path / "one" / "classifier.safetensors")
    with pytest.raises(ModelError, match="MODEL-63"):
        TextClassifier.load(tmp_path / "one")


def test_no_folder_and_a_newer_one(fitted, tmp_path):
    with pytest.raises(ModelError, match="MODEL-63"):
        TextClassifier.load(tmp_path / "nothing")
    fitted.save(tmp_path / "desk")
    file = tmp_path / "desk" / "classifier.json"
    file.write_text(file.read_text("utf-8").replace('"version": 3', '"version": 99', 1), "utf-8")
    with pytest.raises(ModelError, match="MODEL-64"):
        TextClassifier.load(tmp_path / "desk")


def test_one_of_the_first_format_adds_the_scores_over_vectors_as_they_are(fitted, asked, tmp_path):
    fitted.save(tmp_path / "desk")
    file = tmp_path / "desk" / "classifier.json"
    facts = json.loads(file.read_text("utf-8")) | {"version": 1, "blend": {"words": 3.0, "vectors": 9.0}}
    file.write_text(json.dumps(facts), "utf-8")
    heads = fitted._heads.scores(
        count(normal_all(asked.texts), fitted._shape), open_encoder("static").encode(asked.texts)
    )
    expected = softmax((3 * heads["words"] + 9 * heads["vectors"]).astype(float), axis=1)
    np.testing.assert_allclose(TextClassifier.load(tmp_path / "desk").predict_proba(asked.texts), expected, atol=1e-6)
    TextClassifier.load(tmp_path / "desk").save(tmp_path / "copy")
    again = TextClassifier.load(tmp_path / "copy")
    np.testing.assert_allclose(again.predict_proba(asked.texts), expected, atol=1e-6)


class Letters:
    """An encoder of one's own: how often each letter occurs."""

    dimensions = 27

    def __init__(self, name="letters-1"):
        self.name = name

    def encode(self, texts):
        rows = np.array([[text.count(chr(97 + at)) for at in range(26)] + [1] for text in texts], np.float32)
        rows = rows.reshape(len(texts), 27)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_an_encoder_of_ones_own_is_handed_over_again(taught, tmp_path):
    TextClassifier.fit(taught.texts, taught.labels, encoder=Letters()).save(tmp_path / "desk")
    with pytest.raises(ModelError, match="MODEL-60"):
        TextClassifier.load(tmp_path / "desk")
    with pytest.raises(ModelError, match="MODEL-61"):
        TextClassifier.load(tmp_path / "desk", encoder=Letters("letters-2"))
    for wrong in (5, object(), b"static", []):
        with pytest.raises(ModelError, match="MODEL-05"):
            TextClassifier.load(tmp_path / "desk", encoder=wrong)
    assert TextClassifier.load(tmp_path / "desk", encoder=Letters()).predict(["track my parcel"]) == ["track parcel"]


def test_an_encoder_may_be_named(taught, tmp_path):
    TextClassifier.fit(taught.texts, taught.labels, encoder="static").save(tmp_path / "desk")
    for given in ("static", open_encoder("static")):
        again = TextClassifier.load(tmp_path / "desk", encoder=given)
        again.save(tmp_path / "again")
        assert TextClassifier.load(tmp_path / "again").predict(["track my parcel"]) == ["track parcel"]
    with pytest.raises(ModelError) as caught:
        TextClassifier.load(tmp_path / "desk", encoder="no-such-encoder")
    assert caught.value.code.startswith("MODEL-")


def test_n_grams_alone_need_no_encoder(taught, tmp_path):
    TextClassifier.fit(taught.texts, taught.labels, encoder=None).save(tmp_path / "desk")
    assert TextClassifier.load(tmp_path / "desk").report.encoder == ""
    with pytest.raises(ModelError, match="MODEL-61"):
        TextClassifier.load(tmp_path / "desk", encoder=open_encoder("static"))
