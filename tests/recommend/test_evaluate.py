"""Recommendations judged on later purchases: nothing later is learned from, baselines are always there."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from shopwright.errors import ShopError
from shopwright.i18n import using
from shopwright.progress import display
from shopwright.recommend import Recommender
from shopwright.recommend.baselines import item_knn, popular, popular_by_category, popular_week, repeat
from shopwright.recommend.evaluate import evaluate, evaluate_shop
from shopwright.recommend.evaluation import OURS
from shopwright.recommend.split import cut_day
from shopwright.shop.shop import Shop

LAST = datetime(2024, 6, 30, tzinfo=UTC)


class Recorder:
    """A model that notes what it was shown, and recommends one list to everybody."""

    def __init__(self, skus=()):
        self.skus = list(skus)
        self.seen = None

    def __call__(self, interactions, items, /, *, seed):
        self.seen, self.items = interactions, items
        return self

    def recommend(self, *, customers=None, k=10, exclude_seen=True):
        self.asked, self.k, self.exclude_seen = customers, k, exclude_seen
        rows = [(at, rank, sku) for at in range(len(customers)) for rank, sku in enumerate(self.skus, 1)]
        return pl.DataFrame(rows, schema={"position": pl.Int64, "rank": pl.Int64, "sku": pl.String}, orient="row")


def test_models_see_nothing_of_what_they_are_judged_on(checkerboard):
    model = Recorder(["p00", "p01"])
    found = evaluate(checkerboard, models={"mine": model})
    assert model.seen["at"].max().date() <= found.cut
    later = checkerboard.filter(pl.col("at").dt.date() > found.cut)
    assert model.seen.height + later.height == checkerboard.height
    assert 0.05 < later.height / checkerboard.height < 0.15
    assert model.asked == sorted(set(later["customer"]))
    assert model.k == 20
    wanted = {(row[0], row[1]) for row in later.select("customer", "sku").iter_rows()}
    named = found.truth.join(found.asked, on="position").select("customer", "sku")
    assert set(named.iter_rows()) == wanted


def test_what_is_later_changes_no_list(checkerboard):
    first = evaluate(checkerboard)
    is_later = pl.col("at").dt.date() > first.cut
    other = checkerboard.with_columns(
        pl.when(is_later).then(pl.lit("p19")).otherwise(pl.col("sku")).alias("sku")
    )  # the same customers later buy something else
    second = evaluate(other)
    assert second.cut == first.cut
    assert first.lists.equals(second.lists)
    assert not first.table.equals(second.table)


def test_every_baseline_is_in_the_table_and_planted_tastes_are_found(checkerboard):
    items = pl.DataFrame({"sku": [f"p{at:02}" for at in range(20)], "category": ["even", "odd"] * 10})
    found = evaluate(checkerboard, items, exclude_seen=False)
    assert found.models == ["shopwright", "popular_week", "popular", "popular_by_category", "repeat", "item_knn"]
    assert found.notes == ()
    assert found.table.height == 6 * 3 * 7
    for model in ("shopwright", "popular_by_category", "item_knn"):
        # ten products of the liked half hold all that is bought; of twenty, popularity shows half
        assert found.value(model, "recall", 10) > 0.95
    assert found.value("popular", "recall", 10) < 0.65
    assert found.value("popular", "coverage", 10) == 0.5
    row = found.versus.filter(pl.col("model") == "popular", pl.col("metric") == "recall", pl.col("k") == 10)
    assert row["low"].item() > 0.2


def test_what_cannot_be_judged_is_left_out_saying_so(checkerboard):
    found = evaluate(checkerboard, exclude_seen=True)
    assert "repeat" not in found.models
    assert "popular_by_category" not in found.models
    assert len(found.notes) == 2
    bought = found.truth.join(found.asked.explode("skus"), left_on=["position", "sku"], right_on=["position", "skus"])
    assert bought.is_empty()


def test_seen_products_count_where_customers_buy_again(checkerboard):
    assert evaluate(checkerboard).exclude_seen is False
    once = checkerboard.unique(["customer", "sku"], keep="first", maintain_order=True)
    assert evaluate(once).exclude_seen is True


def test_the_last_purchase_is_held_out_as_it_came(checkerboard):
    same_day = checkerboard.with_columns(pl.lit(LAST.date()).alias("at")).with_row_index("nr")
    model = Recorder(["p00"])
    found = evaluate(same_day, split="last", models={"mine": model}, exclude_seen=False)
    last = same_day.group_by("customer").agg(pl.col("sku").sort_by("nr").last())
    named = found.truth.join(found.asked, on="position").select("customer", "sku")
    assert named.sort("customer").equals(last.sort("customer"))
    assert model.seen.height == checkerboard.height - 120
    assert "nr" in model.seen.columns  # columns that we do not know are passed on
    assert found.cut is None


def test_a_model_that_knows_all_has_one_and_one_that_knows_nothing_has_nought(checkerboard):
    found = evaluate(checkerboard, exclude_seen=False)
    one = evaluate(
        checkerboard,
        models={"all": Recorder([f"p{at:02}" for at in range(20)]), "none": Recorder([])},
        exclude_seen=False,
    )
    assert one.value("all", "recall", 20) == 1.0
    assert [one.value("none", name, 20) for name in ("recall", "ndcg", "mrr", "hit", "coverage")] == [0.0] * 5
    both = one.table.filter(pl.col("model").is_in(found.models))
    assert both.equals(found.table)  # another model beside it changes no number


def test_breakdowns_hold_every_customer_and_class_once(checkerboard):
    found = evaluate(checkerboard)
    here = found.by_customer.filter(pl.col("model") == "popular", pl.col("metric") == "ndcg", pl.col("k") == 10)
    assert here["n"].sum() == found.asked.height
    whole = (here["value"] * here["n"]).sum() / here["n"].sum()
    assert whole == pytest.approx(found.value("popular", "ndcg", 10))
    assert set(found.by_item["metric"]) == {"recall", "hit"}


def test_new_customers_and_new_products_have_a_class_of_their_own(checkerboard):
    new = pl.DataFrame(
        {"customer": ["zoe"] * 2, "sku": ["new", "p00"], "at": [LAST + timedelta(hours=14)] * 2, "order": ["z"] * 2}
    ).with_columns(pl.col("at").cast(checkerboard.schema["at"]))
    found = evaluate(pl.concat([checkerboard, new]))
    assert found.asked.filter(pl.col("customer") == "zoe")["n"].item() == 0
    assert "0" in set(found.by_customer["class"])
    never = found.by_item.filter(pl.col("class") == "never")
    assert set(never["n"]) == {1}
    assert set(never["value"]) == {0.0}


def test_intervals_hold_their_value_and_the_seed_decides_every_digit(checkerboard):
    first, again, other = evaluate(checkerboard), evaluate(checkerboard), evaluate(checkerboard, seed=1)
    assert first.table.equals(again.table)
    assert first.by_customer.equals(again.by_customer)
    assert not first.table.equals(other.table)
    told = first.table.drop_nulls("low")
    assert (told["low"] <= told["value"] + 1e-12).all()
    assert (told["value"] <= told["high"] + 1e-12).all()


def test_a_draw_of_customers_is_judged_where_there_are_many(checkerboard):
    found = evaluate(checkerboard, most=30, k=10)
    assert found.asked.height == 30
    assert found.table["n"].max() == 30
    assert found.truth["position"].n_unique() == 30
    with using("en"):
        assert "30 of the " in str(found.how)


def test_a_shop_is_seen_as_it_was_known_on_the_cut(order_lines):
    day = pl.col("at").dt.date()
    late = date(2024, 6, 30)
    products = pl.DataFrame({"sku": [f"p{at:02}" for at in range(20)], "title": [f"T{at}" for at in range(20)]})
    shop = Shop.of({"order_lines": order_lines.with_columns(day.alias("day")), "products": products})
    model = Recorder(["p00"])
    found = evaluate_shop(shop, models={"mine": model})
    assert found.cut < late
    assert model.seen["at"].max().date() <= found.cut
    assert set(model.items["sku"]) == set(model.seen["sku"])
    same = evaluate(order_lines.select("customer", "sku", "at", "order"))
    assert found.cut == same.cut
    assert found.truth.equals(same.truth)


def test_it_reads_in_both_languages(checkerboard):
    found = evaluate(checkerboard)
    with using("en"):
        assert "popular, last 7 days" in str(found)
        assert "customers" in found._repr_html_()
    with using("zh"):
        assert "最近 7 天" in str(found)


def test_long_work_is_shown(checkerboard):
    class Screen:
        def __init__(self):
            self.labels, self.done = [], 0.0  # also of steps inside steps

        def begin(self, label, total):
            self.labels.append((str(label), total))
            return self

        def advance(self, amount=1.0):
            self.done += amount

        def end(self, step):
            pass

    screen = Screen()
    with display(screen):
        found = evaluate(checkerboard)
    assert screen.labels[0][1] == 2 * len(found.models)
    assert sum(total for _, total in screen.labels) == screen.done


def _raised(code, *arguments, **options):
    with pytest.raises(ShopError) as found:
        evaluate(*arguments, **options)
    assert found.value.code == code


def test_bad_input_says_what_is_wrong(checkerboard):
    _raised("RECOMMEND-22", pl.concat([checkerboard, checkerboard[:1].with_columns(pl.lit(None).alias("sku"))]))
    _raised("RECOMMEND-23", checkerboard.with_columns(pl.lit(LAST).alias("at")))
    _raised("RECOMMEND-23", checkerboard[:0])
    _raised("RECOMMEND-25", checkerboard.filter(pl.col("customer") < "c010"))
    _raised("RECOMMEND-25", checkerboard.with_columns(pl.lit(None, pl.String).alias("customer")))
    _raised("RECOMMEND-24", checkerboard.unique("customer"), split="last")
    _raised("RECOMMEND-26", checkerboard, k=())
    _raised("RECOMMEND-26", checkerboard, k=(0, 5))
    _raised("RECOMMEND-26", checkerboard, most=0)
    _raised("RECOMMEND-26", checkerboard, split="random")
    _raised("RECOMMEND-27", checkerboard, models={"popular": Recommender.fit})
    _raised("RECOMMEND-03", checkerboard.drop("customer"))
    _raised("RECOMMEND-12", checkerboard["sku"])
    _raised("RECOMMEND-14", checkerboard.with_columns(at=pl.int_range(pl.len())))
    _raised("RECOMMEND-04", checkerboard.with_columns(at=pl.col("at").cast(pl.String)), split="last")


def test_an_order_without_days_is_enough_to_hold_out_the_last_purchase(checkerboard):
    ordered = checkerboard.sort("at", maintain_order=True)
    found = evaluate(ordered.with_columns(at=pl.int_range(pl.len())), split="last", k=(5,), exclude_seen=False)
    assert (found.cut, found.as_of) == (None, None)
    assert "popular_week" not in found.models
    assert any("no days" in str(note) for note in found.notes)
    assert found.value(OURS, "hit") > found.value("popular", "hit")  # tastes are seen
    assert "as of" not in found._repr_html_()
    truth = found.asked.join(found.truth, on="position").select("customer", "sku").rows()
    last = ordered.group_by("customer").agg(pl.col("sku").last())
    assert sorted(truth) == sorted(last.rows())
    as_floats = ordered.with_columns(at=pl.int_range(pl.len()).cast(pl.Float64) / 7)
    assert evaluate(as_floats, split="last", k=(5,), exclude_seen=False).table.equals(found.table)


def test_of_purchases_without_days_the_latest_come_again_first():
    lines = pl.DataFrame({"customer": ["a", "a", "a", "b"], "sku": ["x", "y", "z", "z"], "at": [1, 5, 9, 2]})
    assert repeat(lines).recommend(customers=["a"], k=3, exclude_seen=False)["sku"].to_list() == ["z", "y", "x"]


def test_the_cut_leaves_a_tenth_in_whole_days():
    days = pl.Series("day", [date(2024, 1, 1)] * 50 + [date(2024, 1, 2)] * 38 + [date(2024, 1, 3)] * 12)
    assert cut_day(days) == date(2024, 1, 2)
    lumpy = pl.Series("day", [date(2024, 1, 1)] * 10 + [date(2024, 1, 2)] * 90)
    assert cut_day(lumpy) == date(2024, 1, 1)


def _small():
    at = [datetime(2024, 1, day, tzinfo=UTC) for day in (1, 1, 2, 20, 20, 21, 21)]
    who, what = ["a", "b", "b", "a", "c", "a", None], ["x", "x", "y", "z", "z", "x", "w"]
    return pl.DataFrame({"customer": who, "sku": what, "at": at})


def test_baselines_by_hand():
    lines = _small()
    assert popular(lines).recommend(histories=[[]], k=2)["sku"].to_list() == ["x", "z"]
    assert set(popular_week(lines).recommend(histories=[[]], k=3)["sku"]) == {"z", "x", "w"}
    again = repeat(lines).recommend(customers=["b", "nobody"], k=2, exclude_seen=False)
    # x and y were bought once each; y a day later
    assert again.filter(pl.col("position") == 0)["sku"].to_list() == ["y", "x"]
    assert again.filter(pl.col("position") == 1)["sku"].to_list() == ["z", "x"]
    # of those who bought y (b): x, by cosine 1 / sqrt(1 × 2)
    near = item_knn(lines).recommend(histories=[["y"]], k=1)
    assert near["sku"].to_list() == ["x"]
    assert near["score"].item() == pytest.approx(1 / 2**0.5)
    items = pl.DataFrame({"sku": ["x", "y", "z", "w"], "category": ["p", "p", "q", "q"]})
    other = popular_by_category(lines, items).recommend(histories=[["z"]], k=1)
    assert other["sku"].to_list() == ["w"]


def test_baselines_leave_out_what_was_seen_and_what_is_not_offered():
    lines = _small()
    found = popular(lines, pl.DataFrame({"sku": ["x", "y"]})).recommend(customers=["a"], k=5)
    assert found["sku"].to_list() == ["y"]
    nothing_left = popular(lines, pl.DataFrame({"sku": ["x"]})).recommend(customers=["a"], k=5)
    assert nothing_left["sku"].to_list() == ["x"]
    assert popular(lines).recommend(customers=[], k=5).is_empty()


@pytest.mark.parametrize("fit", [popular, popular_week, repeat, item_knn])
def test_baselines_do_not_ask_how_the_rows_were_sorted(checkerboard, fit):
    """Sums of the same weights in another order differ in their last digit, which would decide between equals."""
    who = checkerboard["customer"].unique().sort().to_list()
    first = fit(checkerboard).recommend(customers=who, k=20, exclude_seen=False)
    for seed in range(3):
        shuffled = checkerboard.sample(fraction=1.0, shuffle=True, seed=seed)
        assert fit(shuffled).recommend(customers=who, k=20, exclude_seen=False).equals(first)


def test_baselines_have_the_columns_of_a_recommender(checkerboard):
    ours = Recommender.fit(checkerboard).recommend(customers=["c000", "c001"], k=3)
    for fit in (popular, popular_week, repeat, item_knn):
        theirs = fit(checkerboard).recommend(customers=["c000", "c001"], k=3)
        assert theirs.schema == ours.schema
        assert theirs["rank"].to_list() == [1, 2, 3] * 2
        assert theirs["customer"].to_list() == ["c000"] * 3 + ["c001"] * 3
