"""A T5 that continues sales as text: it learns, writes nothing but numbers, and is the same when it is loaded again."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
from tests.forecast.text.tiny import t5
from tests.forecast.worlds import history_of, planted

from shopwright.errors import ExtraMissing, ShopError
from shopwright.forecast.members import ends_of, try_member
from shopwright.forecast.panel import Panel
from shopwright.forecast.text import model as text_model
from shopwright.forecast.text import tune as tuning
from shopwright.forecast.text.digits import Digits
from shopwright.forecast.text.serialise import written
from shopwright.forecast.way import Way

pytestmark = pytest.mark.train
CYCLE = np.array([20.0, 60.0, 160.0])
RECIPE = tuning.Recipe(epochs=8, batch=16, rate=5e-3, rank=0, patience=20)
SHORT = tuning.Recipe(epochs=2, batch=32, rate=1e-3, rank=0)


def _by_thirds(n_skus=16, n=70):
    """Sales that repeat every three months, at levels of each product's own."""
    level = np.random.default_rng(0).choice([0.5, 1.0, 4.0], (n_skus, 1))
    return level * CYCLE[np.arange(n + 3) % 3]


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return t5(tmp_path_factory.mktemp("base") / "t5", width=32, layers=1)


@pytest.fixture(scope="module")
def panel():
    return Panel(history_of(_by_thirds()[:, :70], period="M"), 3, words=("green mug",) * 16)


@pytest.fixture(scope="module")
def tuned(base, panel, tmp_path_factory):
    return tuning.tune(panel, base=str(base), folder=tmp_path_factory.mktemp("tuned") / "text", recipe=RECIPE)


def _told(place, panel, seed=0):
    return text_model.load(str(place), Way()).told(panel, Way(seed))


def test_it_learns_and_continues_what_repeats(tuned, panel):
    assert tuned.after < 0.5 * tuned.before
    near = []
    for end in (60, 63, 65, 67, 68, 70):  # months that it has not learned from
        told = _told(tuned.folder, panel.before(end))
        near.append(np.abs(told.cast.quantiles[:, :, 6] / _by_thirds()[:, end : end + 3] - 1) < 0.2)
    assert np.mean(near) > 0.6  # one in three would be chance


def test_it_is_tried_on_windows_it_has_not_seen_and_on_no_others(tuned, panel):
    ends = ends_of(panel)
    trial = try_member(f"text:{tuned.folder}", panel, ends, Way())
    assert len(trial.windows) == len(ends)
    assert str(panel.before(ends_of(panel.before(67))[0]).known.as_of) == tuned.until
    with pytest.raises(ShopError) as caught:
        _told(tuned.folder, panel.before(ends[0] - 4))
    assert caught.value.code == "MODEL-87"
    weekly = Panel(planted(n_skus=2, n=60)[0], 3)
    with pytest.raises(ShopError, match="periods M, and these are W"):
        _told(tuned.folder, weekly)


def test_what_it_learns_from_ends_before_the_windows(base, panel):
    later = panel.known.sold.copy()
    cut = ends_of(panel.before(67))[0]
    later[:, cut:] = 777.0
    _, digits = text_model.opened(base)
    one, other = (
        tuning.examples(Panel(known, 3, words=panel.words), digits)
        for known in (panel.known, history_of(later, period="M"))
    )
    assert one.train == other.train
    assert one.validation == other.validation
    later[:, cut - 3 :] = 777.0
    held = tuning.examples(Panel(history_of(later, period="M"), 3, words=panel.words), digits)
    assert held.train == one.train
    assert held.validation != one.validation


@pytest.mark.parametrize("horizon", [1, 5])
def test_decoding_always_gives_numbers_even_of_a_model_that_knows_nothing(base, horizon):
    panel = Panel(planted(n_skus=9, n=60, out=0.2)[0], horizon)
    model, digits = text_model.opened(base)
    paths = text_model.paths(model, digits, panel, np.arange(9), seed=0)
    assert paths.shape == (9, text_model.PATHS, horizon)
    per = np.array([each.per for each in written(panel, range(9))])[:, None, None]
    read = np.rint(paths / per)
    assert ((read >= 0) & (read <= 999)).all()
    np.testing.assert_allclose(read * per, paths)
    assert len(np.unique(read)) > 100


def test_the_seed_decides_what_is_drawn(base):
    panel = Panel(planted(n_skus=3, n=60)[0], 3)
    one, again, other = (_told(base, panel, seed).cast.quantiles for seed in (4, 4, 5))
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)


def test_saved_and_loaded_it_gives_the_same_numbers(tuned, panel, tmp_path):
    shutil.copytree(tuned.folder, tmp_path / "copy")
    one, two = (_told(place, panel).cast.quantiles for place in (tuned.folder, tmp_path / "copy"))
    np.testing.assert_array_equal(one, two)
    assert {each.suffix for each in (tuned.folder / "model").iterdir()} <= {".json", ".safetensors", ".jinja"}


def test_a_tuning_goes_on_where_it_was_broken_off_and_ends_with_the_same_numbers(base, panel, tmp_path, monkeypatch):
    whole = tuning.tune(panel, base=str(base), folder=tmp_path / "whole", recipe=SHORT)
    real = tuning.loss
    calls = []

    def breaks_off(*arguments):
        calls.append(arguments)
        if len(calls) == 2:  # after training, before anything was written
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(tuning, "loss", breaks_off)
    with pytest.raises(KeyboardInterrupt):
        tuning.tune(panel, base=str(base), folder=tmp_path / "broken", recipe=SHORT)
    monkeypatch.setattr(tuning, "loss", real)
    last = sorted((tmp_path / "broken" / "checkpoints").iterdir(), key=lambda each: int(each.name.split("-")[1]))[-1]
    shutil.rmtree(last)
    with pytest.raises(ShopError, match="MODEL-72"):
        tuning.tune(panel, base=str(base), folder=tmp_path / "broken", recipe=SHORT)
    again = tuning.tune(panel, base=str(base), folder=tmp_path / "broken", recipe=SHORT, resume=True)
    assert 0 < again.resumed_at < again.steps == whole.steps
    assert again.after == pytest.approx(whole.after, abs=1e-4)
    one, two = (_told(place, panel).cast.quantiles for place in (whole.folder, again.folder))
    np.testing.assert_allclose(one, two, rtol=1e-4)
    done = tuning.tune(panel, base=str(base), folder=tmp_path / "broken", recipe=SHORT, resume=True)
    assert done == again


def _code(work, *arguments, **more):
    with pytest.raises(ShopError) as caught:
        work(*arguments, **more)
    return caught.value.code


def test_what_cannot_be_used_is_refused(base, panel, tuned, tmp_path):
    _, digits = text_model.opened(base)
    assert _code(text_model.load, str(tmp_path / "nowhere"), Way()) == "MODEL-85"
    assert _code(text_model.load, str(t5(tmp_path / "words", digits="")), Way()) == "MODEL-88"
    pickled = tmp_path / "pickled"
    shutil.copytree(base, pickled)
    (pickled / "model.safetensors").rename(pickled / "pytorch_model.bin")
    assert _code(text_model.load, str(pickled), Way()) == "MODEL-22"
    half = tmp_path / "half"
    shutil.copytree(base, half)
    config = json.loads((half / "config.json").read_text("utf-8"))
    (half / "config.json").write_text(json.dumps({**config, "is_encoder_decoder": False}), "utf-8")
    assert _code(text_model.load, str(half), Way()) == "MODEL-89"
    wrong = tmp_path / "wrong"
    shutil.copytree(tuned.folder, wrong)
    card = json.loads((wrong / text_model.CARD).read_text("utf-8"))
    for changed in ({"format": 99}, {"until": "soon"}):
        (wrong / text_model.CARD).write_text(json.dumps({**card, **changed}), "utf-8")
        assert _code(text_model.load, str(wrong), Way()) == "MODEL-21"
    assert _code(tuning.examples, panel.before(12), digits) == "MODEL-95"


def test_without_the_extra_the_message_says_what_to_install(monkeypatch, base, panel, tmp_path):
    monkeypatch.setattr("importlib.util.find_spec", lambda name, package=None: None)
    with pytest.raises(ExtraMissing, match=r"pip install 'shopwright\[train\]'"):
        text_model.load(str(base), Way())
    with pytest.raises(ExtraMissing):
        tuning.tune(panel, base=str(base), folder=tmp_path / "new")


def test_digits_are_found_whatever_marks_a_tokenizer_puts_before_them(base):
    _, digits = text_model.opened(base)
    read = digits.read("Sold: 075 - 200.")
    told = digits.tokenizer.convert_ids_to_tokens(read)
    assert told == ["Sold", ":", *"075", "-", *"200", ".", "</s>"]
    assert digits.tokenizer.convert_ids_to_tokens(digits.read("075 200")) == [*"075", ",", *"200", "</s>"]
    labels = digits.labels(np.array([75.0, np.nan, 999.0]))
    assert labels[4:7] == [-100] * 3
    np.testing.assert_array_equal(digits.numbers([labels[:4], labels[8:]]), [[75], [999]])
    assert isinstance(digits, Digits)
