"""What reviews warn of keeps products out of pairs and moves them down in lists, with the reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from shopwright.i18n import Text, t
from shopwright.recommend import answer, pairs
from shopwright.recommend.mailing import mailing
from shopwright.recommend.study import study
from shopwright.shop.schema import TABLES
from shopwright.shop.shop import Shop, open_shop
from shopwright.shop.store import Store
from shopwright.strategy.heard import FOLDER, MOST, write
from shopwright.strategy.heeding import held_back, review_columns, with_columns
from shopwright.strategy.make import compose
from shopwright.strategy.page import Note
from shopwright.strategy.sections.recommend import recommend_section
from shopwright.strategy.workup import Workup

LAST = datetime(2024, 6, 30, 12, tzinfo=UTC)
BAD = (1.0, "The lid caught fire.")
BASKETS = [*[("cup", "lid")] * 2, ("cup", "jug"), *[("mat", "pen")] * 5]


def _shop():
    """Cups are bought with lids or with jugs; reviews of the lid tell of a fire of late, all others are content."""
    bought = [BASKETS[at % 8] for at in range(240)]
    lines = [
        (f"o{at}", str(n), sku, f"c{at % 40}", LAST - timedelta(hours=18 * at), 1.0, 10.0, 10.0)
        for at, skus in enumerate(bought)
        for n, sku in enumerate(skus)
    ]
    names = ["order", "line", "sku", "customer", "at", "units", "price", "revenue"]
    reviews = [
        (
            f"r{sku}{at}",
            sku,
            LAST - timedelta(days=2 * at),
            *(BAD if sku == "lid" and at < 4 else (5.0, "Fine.")),
        )
        for sku in ("cup", "lid", "jug", "mat", "pen")
        for at in range(60)
    ]
    orders = pl.DataFrame(lines, schema=names, orient="row")
    said = pl.DataFrame(reviews, schema=["review", "sku", "at", "stars", "text"], orient="row")
    return Shop.of({"order_lines": orders, "reviews": said})


@pytest.fixture(scope="module")
def shop():
    return _shop()


@pytest.fixture(scope="module")
def columns(shop):
    (found,), _ = review_columns(shop)
    return found


def test_the_columns_are_those_that_rules_read(columns):
    assert columns.columns == ["sku", "sentiment", "is_defect_rising"]
    assert columns.filter("is_defect_rising")["sku"].to_list() == ["lid"]
    assert columns.sort("sentiment")["sku"][0] == "lid"


def test_what_came_later_is_not_seen(shop):
    (before,), _ = review_columns(shop.until("2024-06-10"))
    assert not before["is_defect_rising"].any()
    assert before["sentiment"].min() == pytest.approx(1.0)


def test_texts_without_stars_are_read(shop):
    tables = {name: shop.table(name).collect() for name in ("order_lines", "reviews")}
    bare = pl.when(pl.col("sku") == "lid").then(None).otherwise("stars").alias("stars")
    (found,), _ = review_columns(Shop.of({**tables, "reviews": tables["reviews"].with_columns(bare)}))
    told = dict(found.select("sku", "sentiment").iter_rows())
    assert told["lid"] is not None
    assert told["lid"] < told["jug"]


def test_no_reviews_no_columns(shop):
    assert review_columns(Shop.of({"order_lines": shop.table("order_lines").collect()})) == ((), ())


def test_a_list_moves_what_reviews_warn_of_down_and_says_so(shop, columns):
    free = answer(shop, product="cup", k=2)
    told = answer(shop, product="cup", k=2, more=[columns])
    assert free.rows["sku"][0] == "lid"
    assert told.rows["sku"][0] == "jug"
    (note,) = [note for note in told.notes if "rising fault" in note.render("en")]
    assert "lid" in note.render("en")
    assert note.render("zh") != note.render("en")
    assert not any("rising fault" in note.render("en") for note in free.notes)
    kept = answer(shop, product="cup", k=2, more=[columns], rules={"defect": 0.0})
    assert kept.rows["sku"].to_list() == free.rows["sku"].to_list()


def test_no_mail_shows_it(shop, columns):
    def shown(found):
        return {sku for at in (1, 2) for sku in found.table[f"sku_{at}"]}

    free, told = mailing(shop, k=2), mailing(shop, k=2, more=[columns])
    assert "lid" in shown(free)
    assert "lid" not in shown(told)
    (note,) = [note for note in told.notes if "rising fault" in note.render("en")]
    assert "lid" in note.render("en")
    assert note.render("zh") != note.render("en")
    assert not any("rising fault" in note.render("en") for note in free.notes)
    never = mailing(shop, k=2, more=[columns], rules={"skus_never": ["lid"]})
    assert not any("rising fault" in note.render("en") for note in never.notes)
    kept = mailing(shop, k=2, more=[columns], rules={"defect": 0.0})
    assert kept.table.equals(free.table)
    assert not any("rising fault" in note.render("en") for note in kept.notes)


def test_the_note_of_a_mailing_names_what_sells_best_and_counts_the_rest(shop, columns, monkeypatch):
    monkeypatch.setattr("shopwright.recommend.mailing.NAMED", 1)
    all_warned = columns.with_columns(is_defect_rising=pl.lit(value=True))
    (note,) = [note for note in mailing(shop, more=[all_warned]).notes if "rising fault" in note.render("en")]
    assert "pen and 4 more" in note.render("en") or "mat and 4 more" in note.render("en")
    assert "另有 4 种" in note.render("zh")


def test_the_plan_leaves_such_pairs_out_with_the_reason(shop, columns):
    found = pairs(shop)
    proposals = list(study(shop, found))
    assert ("cup", "lid") in {(each.change["sku"], each.change["show"]) for each in proposals}
    held = held_back(proposals, columns)
    plan = compose(Workup(shop, pairs=with_columns(found, columns), proposals=proposals, held=held))
    assert not any(each.change["show"] == "lid" for each in plan.chosen)
    (left,) = [each for each in plan.left_out if each.proposal.change["show"] == "lid"]
    assert left.reason.render("en") == "reviews warn of a rising fault in the product it would show"
    assert any(each.change["sku"] == "lid" for each in plan.chosen)  # beside it others may stand


def test_the_report_lists_no_such_pair(shop, columns):
    section = recommend_section(Workup(shop, pairs=with_columns(pairs(shop), columns)))
    table, note = section.blocks
    assert all(row[1] != "lid" for row in table.rows)
    assert isinstance(note.text, Text)
    assert note.text.render("en").endswith(": 1")


def test_where_reviews_warn_of_all_pairs_only_that_is_said(shop, columns):
    found = with_columns(pairs(shop), columns.with_columns(is_defect_rising=pl.lit(value=True)))
    section = recommend_section(Workup(shop, pairs=found))
    (note,) = section.blocks
    assert isinstance(note, Note)
    assert note.text.render("en").endswith(f": {found.table.height}")


@pytest.fixture
def root(shop, tmp_path):
    store = Store(tmp_path / "shop")
    frames = {name: shop.table(name).collect().select(list(TABLES[name].dtypes)) for name in shop.tables}
    with store.lock():
        store.commit(frames, {})
    return tmp_path / "shop"


def _files(root):
    return sorted((root / FOLDER).glob("*.json"))


def _marked(file):
    """Whole, and with a sentiment that no reading of the reviews gives."""
    (table,), _ = review_columns(open_shop(file.parents[3]))
    write(file, table.with_columns(sentiment=pl.lit(0.123)), (t("the plan is full"),))


def test_reviews_are_read_once_and_kept_in_the_shops_folder(root, columns):
    first, notes = review_columns(open_shop(root))
    assert first[0].equals(columns)
    (file,) = _files(root)
    assert review_columns(open_shop(root))[0][0].equals(columns)
    assert review_columns(open_shop(root))[1] == notes
    _marked(file)
    (told,), said = review_columns(open_shop(root))
    assert told["sentiment"].unique().to_list() == [0.123]
    assert [note.render("en") for note in said] == ["the plan is full"]
    assert review_columns(open_shop(root), refit=True)[0][0].equals(columns)


def test_other_reviews_or_another_day_are_read_anew(root, shop):
    review_columns(open_shop(root))
    _marked(_files(root)[0])
    (before,), _ = review_columns(open_shop(root).until("2024-06-10"))
    assert not before["is_defect_rising"].any()
    assert before["sentiment"].min() == pytest.approx(1.0)
    store = Store(root)
    with store.lock():
        kind = list(TABLES["reviews"].dtypes)
        fewer = shop.table("reviews").collect().select(kind).filter(pl.col("sku") != "mat")
        store.commit({"reviews": fewer}, {})
    (after,), _ = review_columns(open_shop(root))
    assert "mat" not in after["sku"].to_list()
    for day in ("2024-06-11", "2024-06-12", "2024-06-13"):
        review_columns(open_shop(root).until(day))
    assert len(_files(root)) == MOST


@pytest.mark.parametrize("harm", ["cut", "changed", "empty"])
def test_a_damaged_file_is_made_anew(root, columns, harm):
    review_columns(open_shop(root))
    (file,) = _files(root)
    whole = file.read_text("utf-8")
    harmed = {"cut": whole[:-9], "changed": whole.replace("true", "false"), "empty": ""}[harm]
    assert harmed != whole
    file.write_text(harmed, "utf-8")
    assert review_columns(open_shop(root))[0][0].equals(columns)
    assert file.read_text("utf-8") == whole


def test_where_nothing_can_be_kept_that_is_said(root, columns):
    (root / FOLDER).parent.mkdir(parents=True)
    (root / FOLDER).write_text("in the way", "utf-8")
    (found,), notes = review_columns(open_shop(root))
    assert found.equals(columns)
    assert notes[-1].render("en").startswith("what reviews tell is not kept")
