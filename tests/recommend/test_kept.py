from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest

from shopwright.recommend import fit_shop, kept
from shopwright.recommend.kept import FOLDER, MOST
from shopwright.shop.schema import TABLES
from shopwright.shop.shop import Shop, open_shop
from shopwright.shop.store import Store


def _commit(root, lines):
    frames = {name: frame.collect() for name, frame in Shop.of({"order_lines": lines}).frames.items()}
    store = Store(root)
    with store.lock():
        store.commit({name: frame.select(list(TABLES[name].dtypes)) for name, frame in frames.items()}, {})


@pytest.fixture
def root(order_lines, tmp_path):
    _commit(tmp_path / "shop", order_lines)
    return tmp_path / "shop"


def _folders(root):
    return sorted(path for path in (root / FOLDER).iterdir())


def _asked(model):
    return model.recommend(customers=["c001", "c002"], k=5)


def test_the_second_time_it_is_read(root):
    first, second = kept(open_shop(root)), kept(open_shop(root))
    assert (first.is_fresh, second.is_fresh) == (True, False)
    assert _asked(first.model).equals(_asked(second.model))
    made = json.loads((_folders(root)[0] / "made.json").read_text("utf-8"))
    assert made["until"] is None
    assert made["tables"].keys() == {"order_lines"}
    assert kept(open_shop(root), refit=True).is_fresh
    assert len(_folders(root)) == 1


def test_other_data_another_day_or_seed_is_another_fit(root, order_lines):
    shop = open_shop(root)
    assert kept(shop).is_fresh
    assert kept(shop.until("2024-05-31")).is_fresh
    assert not kept(shop.until("2024-05-31")).is_fresh
    assert kept(shop, seed=1).is_fresh
    _commit(root, order_lines.filter(pl.col("sku") != "p05"))
    found = kept(open_shop(root))
    assert found.is_fresh
    assert not found.model.knows("p05")
    assert len(_folders(root)) == MOST  # the oldest is gone


@pytest.mark.parametrize("harm", ["cut", "changed", "gone", "card"])
def test_a_damaged_one_is_fitted_anew_and_that_is_said(root, harm):
    before = _asked(kept(open_shop(root)).model)
    (file,) = _folders(root)[0].rglob("made.json" if harm == "card" else "event_items.npy")
    content = file.read_bytes()
    if harm == "gone":
        file.unlink()
    else:
        file.write_bytes(content[:-9] if harm != "changed" else content[:-4] + b"\0\0\0\1")
    found = kept(open_shop(root))
    assert found.is_fresh
    assert found.notes[0].render("en").startswith("the recommender that was kept cannot be used")
    assert _asked(found.model).equals(before)
    again = kept(open_shop(root))
    assert (again.is_fresh, again.notes) == (False, ())


def test_a_shop_in_memory_fits_every_time(order_lines):
    shop = Shop.of({"order_lines": order_lines})
    assert kept(shop).is_fresh
    assert kept(shop).is_fresh


def test_where_nothing_can_be_written_it_answers_all_the_same(root):
    (root / "models").write_text("not a folder")
    found = kept(open_shop(root))
    assert found.is_fresh
    assert found.notes[0].render("en").startswith("the recommender is not kept for the next time")
    assert _asked(found.model).height == 10


def test_several_at_once_need_no_lock(root):
    with Store(root).lock(), ThreadPoolExecutor(3) as several:  # an import under way does not matter either
        models = list(several.map(lambda _: fit_shop(open_shop(root), refit=True), range(3)))
    answers = [_asked(model) for model in models]
    assert all(one.equals(answers[0]) for one in answers)
    assert len(_folders(root)) == 1
    assert not kept(open_shop(root)).is_fresh


def test_two_processes_at_once(root):
    code = f"""
from shopwright.recommend import kept
from shopwright.shop.shop import open_shop
print(kept(open_shop({str(root)!r})).notes)
"""
    running = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=dict(os.environ))
        for _ in range(2)
    ]
    assert [(process.communicate()[0].strip(), process.returncode) for process in running] == [("()", 0)] * 2
    assert not kept(open_shop(root)).is_fresh
    assert len(_folders(root)) == 1
