"""A forecast that was told is kept, and told again only where nothing that it was made from has changed."""

from __future__ import annotations

import json
import os
import shutil
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from safetensors.numpy import load, save

from shopwright.forecast import forecast_shop
from shopwright.forecast.sheet import OWN, TOLD, Sheet, _digest
from shopwright.forecast.weights import weights_of
from shopwright.i18n import using
from shopwright.settings import change
from shopwright.shop.demand import Demand
from shopwright.shop.shop import Shop, open_shop
from shopwright.shop.store import Store
from shopwright.strategy import foretold as module
from shopwright.strategy import make
from shopwright.strategy.foreseeing import listen
from shopwright.strategy.foretold import FOLDER, MOST, foretold, keep, place_of
from shopwright.strategy.restocking import demand_for_orders, restock_shop
from shopwright.strategy.run import plan_shop

HORIZON = 3
SIMPLE = ("linear",)


@pytest.fixture(scope="module")
def told(_folder: Path, tmp_path_factory: pytest.TempPathFactory):
    """The shop in a folder with a forecast that is kept, the forecast, and its sheet; all kinds of models count."""
    root = Path(shutil.copytree(_folder, tmp_path_factory.mktemp("foretold") / "shop"))
    change(root, "demand.horizon", "4")
    made = forecast_shop(open_shop(root), listen=listen)
    keep(open_shop(root), made)
    return root, made, Sheet.of(made)


def _only(root: Path) -> Path:
    (file,) = (root / FOLDER).iterdir()
    return file


def _is_same(one: Demand, other: Demand) -> bool:
    return (
        one.frame().equals(other.frame())
        and (one.paths(20, seed=3) == other.paths(20, seed=3)).all()
        and [one.explain(sku) for sku in one.skus] == [other.explain(sku) for sku in other.skus]
    )


def test_a_sheet_tells_what_the_forecast_tells(told):
    _, made, sheet = told
    assert sheet.demand.frame().equals(made.demand.frame())
    assert sheet.scores == made.scores
    assert made.demand.parts
    assert sheet.demand.parts.grown is not None, "trees have to count for this to try them"
    for sku in made.demand.skus:
        parts = {str(part.name): part.units for part in sheet.demand.explain(sku)}
        wanted = {str(part.name): part.units for part in made.demand.explain(sku)}
        assert parts == pytest.approx(wanted, abs=1e-6)
    model = next(trial.model for trial in made.made.trials if trial.name == "linear")
    wanted = weights_of(model)
    assert sheet.weights.table().select("sku", "term", "unit").equals(wanted.select("sku", "term", "unit"))
    assert sheet.weights.table()["weight"].to_list() == pytest.approx(wanted["weight"].to_list())
    sku = model.panel.skus[1]
    assert sheet.weights.of(sku).equals(sheet.weights.table().filter(pl.col("sku") == sku))
    assert sheet.weights.of("no such product").is_empty()


def test_a_sheet_comes_back_from_its_bytes_as_it_was(told):
    _, _, sheet = told
    back = Sheet.from_bytes(sheet.to_bytes())
    assert _is_same(back.demand, sheet.demand)
    assert back.scores == sheet.scores
    for language in ("en", "zh"):
        with using(language):
            assert str(back.demand.how) == str(sheet.demand.how)
            assert {sku: str(note) for sku, note in back.demand.notes.items()} == {
                sku: str(note) for sku, note in sheet.demand.notes.items()
            }
            assert back.weights.table().equals(sheet.weights.table())
    assert (back.demand.as_of, back.demand.days, back.demand.period) == (
        sheet.demand.as_of,
        sheet.demand.days,
        sheet.demand.period,
    )


def test_a_sheet_whose_card_holds_something_else_is_none(told):
    """As one of an earlier version, in which all products shared a single correlation."""
    data = told[2].to_bytes()
    head = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])["__metadata__"]
    arrays = load(data)
    for common in (0.05, None, {"level": "0.1", "period": 0.1}, {"level": -1.0, "period": 0.0}):
        card = json.dumps({**json.loads(head[TOLD]), "common": common})
        with pytest.raises(ValueError, match="not"):
            Sheet.from_bytes(save(arrays, {TOLD: card, OWN: _digest(card, arrays)}))


def test_what_a_plan_made_is_told_again(told):
    root, _, sheet = told
    file = _only(root)
    found = foretold(open_shop(root))
    assert _is_same(found.demand, sheet.demand)
    assert file == _only(root) == place_of(open_shop(root))


def test_a_plan_keeps_its_forecast_for_the_next_command(folder):
    plan_shop(folder)
    assert _only(folder) == place_of(open_shop(folder))
    stamp = _only(folder).stat().st_ino
    demand = foretold(open_shop(folder)).demand
    assert _only(folder).stat().st_ino == stamp, "it was read, not made"
    shutil.rmtree(folder / FOLDER)
    assert _is_same(foretold(open_shop(folder)).demand, demand)


def test_orders_are_worked_out_from_the_forecast_that_is_kept(folder):
    made, stamp = _orders(folder), _only(folder).stat().st_ino
    again = _orders(folder)
    assert _only(folder).stat().st_ino == stamp, "it was read, not made"
    assert again == made
    assert sum(units > 0 for _, units, _ in made) > 3


def test_a_lead_time_beyond_the_forecast_that_is_kept_is_reached(folder):
    change(folder, "demand.horizon", "4")
    change(folder, "supply.lead_days", "49")
    shop = open_shop(folder)
    known, demand = demand_for_orders(shop)
    assert demand.days[0] == foretold(shop).demand.days[0] == known.next_days(1)[0]
    assert demand.horizon >= 8 > foretold(shop).demand.horizon
    assert len(restock_shop(shop)[0]) > 3


def _orders(folder):
    return [(found.line.sku, found.line.units, found.line.gains) for found in restock_shop(open_shop(folder))[0]]


@pytest.mark.parametrize("damage", ["cut", "flipped", "told", "empty", "text"])
def test_a_damaged_file_is_made_anew(folder, damage):
    first = foretold(open_shop(folder), HORIZON, models=SIMPLE)
    file = _only(folder)
    whole = file.read_bytes()
    at = whole.index(b'"as_of') if damage == "told" else len(whole) // 2
    file.write_bytes(
        {
            "cut": whole[:-100],
            "flipped": whole[:-5] + bytes([whole[-5] ^ 1]) + whole[-4:],
            "told": whole[:at] + whole[at:].replace(b"202", b"201", 1),
            "empty": b"",
            "text": b"{}" * 500,
        }[damage]
    )
    assert file.read_bytes() != whole
    assert _is_same(foretold(open_shop(folder), HORIZON, models=SIMPLE).demand, first.demand)
    assert Sheet.from_bytes(file.read_bytes()).demand.frame().equals(first.demand.frame())


def test_other_data_gives_another_forecast(folder):
    before = foretold(open_shop(folder), HORIZON, models=SIMPLE)
    shop = open_shop(folder)
    lines = shop.table("order_lines").collect()
    more = lines.tail(40).with_columns(pl.format("more-{}", pl.col("order")).alias("order"), units=50.0)
    store = Store(folder)
    with store.lock():
        frames = {name: shop.table(name).collect() for name in shop.tables}
        store.commit(Shop.of({**frames, "order_lines": pl.concat([lines, more])}).frames, {})
    after = foretold(open_shop(folder), HORIZON, models=SIMPLE)
    fresh = forecast_shop(open_shop(folder), HORIZON, models=SIMPLE, listen=listen)
    assert after.demand.mean.sum() > before.demand.mean.sum()
    assert after.demand.frame().equals(fresh.demand.frame())
    assert len(list((folder / FOLDER).iterdir())) == 2


def test_settings_the_day_and_what_is_asked_give_another_forecast(told, tmp_path, monkeypatch):
    root = Path(shutil.copytree(told[0], tmp_path / "shop"))
    shop = open_shop(root)
    places = [place_of(shop), place_of(shop, 5), place_of(shop, models=SIMPLE), place_of(shop, models=("boosted",))]
    places += [place_of(shop.until(shop.day - timedelta(days=back))) for back in (0, 30)]
    change(root, "demand.min_periods", "9")
    places.append(place_of(open_shop(root)))
    monkeypatch.setenv("SHOPWRIGHT_SHOP_COUNTRY", "FR")
    places.append(place_of(open_shop(root)))
    monkeypatch.setattr(make, "__version__", "0.0.0")
    places.append(place_of(open_shop(root)))
    monkeypatch.setattr(module, "code", lambda _: "changed since")
    places.append(place_of(open_shop(root)))
    assert None not in places
    assert len({*places}) == len(places)
    monkeypatch.undo()
    change(root, "demand.min_periods", "8")
    assert place_of(open_shop(root)) == places[0]


def test_a_change_to_any_file_of_the_code_is_another_code(tmp_path):
    (tmp_path / "t5").mkdir()
    found = set()
    for name, text in (("a.py", "x = 1"), ("a.py", "x = 2"), ("t5/b.py", ""), ("t5/notes.txt", "no code")):
        (tmp_path / name).write_text(text)
        found.add(module.code.__wrapped__(tmp_path))
    assert len(found) == 3


def test_an_earlier_day_is_told_as_of_that_day(told, tmp_path):
    root = Path(shutil.copytree(told[0], tmp_path / "shop"))
    shop = open_shop(root)
    early = shop.until(shop.day - timedelta(days=30))
    for _ in range(2):
        found = foretold(early, HORIZON, models=SIMPLE).demand
        assert found.as_of == early.day
        assert found.days[0] > early.day
    assert found.days[0] < foretold(shop).demand.days[0]


def test_what_others_may_change_is_not_kept(told, tmp_path, world):
    root = Path(shutil.copytree(told[0], tmp_path / "shop"))
    shop = open_shop(root)
    assert place_of(world.shop) is None, "it lives in memory"
    assert place_of(shop, models=("t5",)) is not None
    assert place_of(shop, models=(f"t5:{tmp_path}",)) is None
    assert place_of(shop, models=("linear", "chat")) is None
    change(root, "language.encoder", "auto")
    assert place_of(open_shop(root)) is None


def test_a_forecast_without_a_model_that_should_have_run_is_not_kept(folder):
    """A tuned sales model whose network is gone: its card is there, and the forecast says that it is left out."""
    place = folder / "models" / "demand"
    (place / "model").mkdir(parents=True)
    (place / "tuning.json").write_text(json.dumps({"result": {"is_adopted": True}}))
    (place / "model" / "demand.json").write_text("{}")
    shop = open_shop(folder)
    assert place_of(shop) is not None
    assert "without the sales model" in foretold(shop, HORIZON).demand.how.render("en")
    assert not (folder / FOLDER).exists()


def test_another_tuned_model_gives_another_forecast(told, tmp_path):
    root = Path(shutil.copytree(told[0], tmp_path / "shop"))
    place = root / "models" / "demand"
    (place / "model").mkdir(parents=True)
    (place / "tuning.json").write_text(json.dumps({"result": {"is_adopted": True}}))
    places = [place_of(open_shop(told[0])).name]
    for name in ("one", "another"):
        (place / "model" / "demand.json").write_text(json.dumps({"name": name}))
        places.append(place_of(open_shop(root)).name)
    assert len({*places}) == 3


def test_a_folder_that_cannot_be_written_is_no_reason_not_to_tell(folder):
    (folder / "models").mkdir(exist_ok=True)
    (folder / FOLDER).write_text("in the way")
    assert foretold(open_shop(folder), HORIZON, models=SIMPLE).demand.horizon == HORIZON


def test_only_the_last_few_are_kept(told, tmp_path):
    root = Path(shutil.copytree(told[0], tmp_path / "shop"))
    shop, first = open_shop(root), _only(root)
    for age in range(MOST + 2):
        other = first.with_name(f"{age:016x}.safetensors")
        shutil.copy(first, other)
        os.utime(other, (1000 + age, 1000 + age))
    left = first.with_name(f".{first.name}.1.tmp")
    left.write_bytes(b"half")
    os.utime(left, (1000, 1000))
    foretold(shop)
    made = foretold(shop, HORIZON, models=SIMPLE).demand
    names = sorted(file.name for file in (root / FOLDER).iterdir())
    kept = {first.name, place_of(shop, HORIZON, SIMPLE).name, *(f"{age:016x}.safetensors" for age in (4, 5))}
    assert made.horizon == HORIZON
    assert {*names} == kept, "that which was asked for last stays, whenever it was made"
