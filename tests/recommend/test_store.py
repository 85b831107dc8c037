"""A recommender on disk: the same answers, mapped, and never half of one."""

from __future__ import annotations

import json
import multiprocessing
import shutil
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from tests.recommend.made import frame_of, name, walks

from shopwright.errors import ModelError, StoreError
from shopwright.recommend import Recommender, store
from shopwright.recommend.members import Links
from shopwright.recommend.weigh import Crossed, Judged

ASKED = [f"c{at:04}" for at in range(20)] + ["nobody", "客户"]


@pytest.fixture(scope="module")
def model():
    frame = walks(n_customers=150, n_items=20)
    items = pl.DataFrame({"sku": [name(at) for at in range(22)], "title": [f"tea no {at}" for at in range(22)]})
    found = Recommender.fit(frame, items)
    found.update(frame_of([("客户", "p004", -1), ("c0003", "p010", -2)]))
    return found


@pytest.fixture
def saved(model, tmp_path):
    model.save(tmp_path / "shop" / "rec")
    return tmp_path / "shop" / "rec"


def _answers(model):
    return pl.concat(
        [
            *(model.recommend(customers=ASKED, k=5, exclude_seen=new) for new in (True, False)),
            model.recommend(histories=[["p002"], []], k=5),
        ]
    )


def test_it_gives_equal_answers(model, saved):
    loaded = Recommender.load(saved)
    assert _answers(loaded).equals(_answers(model))
    assert loaded.similar("p003").equals(model.similar("p003"))
    assert loaded.for_basket(["p003"]).equals(model.for_basket(["p003"]))
    assert loaded.skus == model.skus
    assert loaded.customers == model.customers
    assert loaded.title("p021") == "tea no 21"


def test_it_goes_on_taking_events_in(model, saved):
    loaded = Recommender.load(str(saved))
    assert loaded.update(frame_of([("客户", "p004", -1)])) == 0
    assert loaded.update(walks(n_customers=150, n_items=20)) == 0
    assert loaded.update(frame_of([("客户", "p005", -5)])) == 1
    loaded.save(saved)
    assert _answers(Recommender.load(saved)).equals(_answers(loaded))


def test_what_was_found_while_fitting_is_kept(model, saved):
    for one, two in ((model.blends.new, Recommender.load(saved).blends.new),):
        assert one.weighed.weights == two.weighed.weights
        assert one.weighed.alone == two.weighed.alone
        assert one.weighed.blend == two.weighed.blend
        np.testing.assert_array_equal(one.weighed.chances, two.weighed.chances)
    assert model.blends.cold == Recommender.load(saved).blends.cold


def test_what_a_trained_member_gained_is_kept(model, tmp_path):
    gained = Crossed(Judged(0.1, 0.2), Judged(0.3, 0.4), Judged(0.2, 0.3), 77)
    replace(model, blends=replace(model.blends, gained=gained)).save(tmp_path / "saved")
    assert Recommender.load(tmp_path / "saved").blends.gained == gained


def test_a_folder_with_something_else_is_refused_and_stays(model, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("of years", "utf-8")
    with pytest.raises(StoreError) as refused:
        model.save(tmp_path / "mine")
    assert refused.value.code == "RECOMMEND-72"
    assert [(path.name, path.read_text("utf-8")) for path in (tmp_path / "mine").iterdir()] == [
        ("notes.txt", "of years")
    ]


def test_an_empty_folder_and_what_a_killed_save_left_are_written_to(model, tmp_path):
    (tmp_path / "new" / ("0" * 32)).mkdir(parents=True)
    (tmp_path / "new" / f".{'1' * 32}").write_text("{", "utf-8")
    model.save(tmp_path / "new")
    assert Recommender.load(tmp_path / "new").skus == model.skus


def test_arrays_are_mapped_into_memory(saved):
    loaded = Recommender.load(saved)
    arrays = [loaded.events.items, loaded.events.customers, loaded.counts.together.data]
    for _, member in (*loaded.blends.new.parts, *loaded.blends.any.parts):
        parts = [member.weights.data, member.weights.indices] if isinstance(member, Links) else member.arrays().values()
        arrays += [array for array in parts if array.size > 1]
    for array in arrays:
        while getattr(array, "mode", None) is None:
            array = array.base
        assert array.mode == "r"


def test_counts_alone_are_saved_too(tmp_path):
    few = Recommender.fit(frame_of([("x", "a", 1), ("x", "b", 1), ("y", "a", 2)]))
    assert few.blends is None
    few.save(tmp_path / "few")
    found = Recommender.load(tmp_path / "few")
    assert found.recommend(customers=["y"]).equals(few.recommend(customers=["y"]))


def test_nothing_but_the_new_one_is_left(model, saved):
    model.save(saved)
    assert len(list(saved.iterdir())) == 2
    assert [each.name for each in saved.parent.iterdir()] == ["rec"]


def _parts(folder):
    return sorted(file for file in folder.rglob("*") if file.is_file())


@pytest.mark.parametrize("harm", ["gone", "empty", "half", "noise", "a bit"])
def test_each_damaged_part_is_told(saved, harm, tmp_path):
    for file in _parts(saved):
        hurt = tmp_path / "hurt"
        shutil.copytree(saved, hurt)
        part = hurt / file.relative_to(saved)
        whole = part.read_bytes()
        if harm == "gone":
            part.unlink()
        else:
            middle = len(whole) // 2
            turned = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
            harmed = {"empty": b"", "half": whole[:middle], "noise": bytes(range(256)) * 9, "a bit": turned}
            part.write_bytes(harmed[harm])
        with pytest.raises(ModelError) as caught:
            Recommender.load(hurt)
        assert caught.value.code == "RECOMMEND-40", file
        shutil.rmtree(hurt)


def test_another_version_and_no_folder_are_told(saved, tmp_path):
    card = json.loads((saved / store.CARD).read_text("utf-8"))
    for other in (card | {"format": "shopwright-recommender-9"}, [], {}, card | {"parts": 3}):
        (saved / store.CARD).write_text(json.dumps(other), "utf-8")
        with pytest.raises(ModelError):
            Recommender.load(saved)
    (saved / store.CARD).write_text(json.dumps(card | {"format": "shopwright-recommender-9"}), "utf-8")
    with pytest.raises(ModelError, match="another version"):
        Recommender.load(saved)
    with pytest.raises(ModelError):
        Recommender.load(tmp_path / "nowhere")


def test_when_saving_fails_the_old_one_stays(model, saved, monkeypatch):
    before = _parts(saved)

    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    other = Recommender.fit(frame_of([("x", "a", 1)]))
    monkeypatch.setattr(store.np, "save", full)
    with pytest.raises(StoreError) as caught:
        other.save(saved)
    assert caught.value.code == "RECOMMEND-41"
    assert "No space left" in str(caught.value)
    assert _parts(saved) == before
    assert _answers(Recommender.load(saved)).equals(_answers(model))


def test_a_file_in_the_place_of_the_folder_is_told(model, tmp_path):
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(StoreError):
        model.save(tmp_path / "taken")
    assert (tmp_path / "taken").read_text() == "mine"


def _serve(folder, asked, answers):
    model = Recommender.load(folder)
    for question in iter(asked.get, None):
        answers.put(model.recommend(customers=[question], k=5)["sku"].to_list())


def test_another_process_answers_on_while_a_new_one_takes_its_place(model, saved):
    wanted = model.recommend(customers=["c0001"], k=5)["sku"].to_list()
    spawn = multiprocessing.get_context("spawn")
    asked, answers = spawn.Queue(), spawn.Queue()
    server = spawn.Process(target=_serve, args=(saved, asked, answers))
    server.start()
    try:
        asked.put("c0001")
        assert answers.get(timeout=120) == wanted
        Recommender.fit(frame_of([("x", "a", 1)])).save(saved)
        asked.put("c0001")
        assert answers.get(timeout=120) == wanted
    finally:
        asked.put(None)
        server.join(60)
    assert server.exitcode == 0
    assert Recommender.load(saved).skus == ["a"]


def test_who_loads_meanwhile_gets_the_new_one(model, saved, monkeypatch):
    real = store._read

    def slow(card, folder):
        monkeypatch.setattr(store, "_read", real)
        Recommender.fit(frame_of([("x", "a", 1)])).save(saved)  # between reading the card and the parts
        return real(card, folder)

    monkeypatch.setattr(store, "_read", slow)
    assert Recommender.load(saved).skus == ["a"]
