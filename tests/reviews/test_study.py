from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from shopwright.reviews import stars, study
from shopwright.reviews.quotes import quotes, shortened
from shopwright.shop.shop import Shop


def test_the_fall_is_proposed_with_its_worth(fallen, sales):
    products = pl.DataFrame({"sku": ["s07"], "title": ["Kettle"], "cost": [9.0]})
    shop = Shop.of({"reviews": fallen, "order_lines": sales, "products": products})
    (proposal,) = study(shop)
    row = stars(shop).falling.row(0, named=True)
    base = 28 * 30.0 * (15 - 9) / 15 * row["drop"]
    assert proposal.gain.low == pytest.approx(base * 0.05)
    assert proposal.gain.mean == pytest.approx(base * 0.07)
    assert proposal.gain.high == pytest.approx(base * 0.09)
    assert proposal.action == "look_into"
    assert proposal.title.render("en") == f"Look into Kettle: {row['before']:.1f} → {row['recent']:.1f} stars"
    assert "Luca" in proposal.how.render("en")
    assert "assumed" not in proposal.how.render("en")
    assert proposal.cost.amount == 0


def test_without_sales_the_gain_is_zero_and_says_so(fallen):
    (proposal,) = study(Shop.of({"reviews": fallen}))
    assert (proposal.gain.low, proposal.gain.mean, proposal.gain.high) == (0, 0, 0)
    assert "cannot be valued without sales" in proposal.how.render("en")


def test_a_product_not_sold_of_late_is_worth_nothing(fallen, sales):
    (proposal,) = study(Shop.of({"reviews": fallen, "order_lines": sales.with_columns(sku=pl.lit("s08"))}))
    assert proposal.gain.high == 0
    assert "not sold in the last 56 days" in proposal.how.render("en")


def test_the_evidence_can_be_looked_up(fallen, sales):
    shop = Shop.of({"reviews": fallen, "order_lines": sales})
    (proposal,) = study(shop)
    counts, *said = proposal.evidence
    rows = shop.sql(f"SELECT count(*) FROM {counts.table} WHERE {counts.where}").item()
    assert rows == sum(figure.value for figure in counts.figures[:2]) == 60
    assert [quote.says.render("en") for quote in said] == ["1 ★: “The handle broke off.”", "2 ★: “Fine.”"]
    for quote in said:
        row = shop.sql(f"SELECT stars, text FROM {quote.table} WHERE {quote.where}").row(0)
        assert quote.says.render("en") == f"{row[0]:g} ★: “{row[1]}”"


def test_reviews_of_orders_are_looked_up_by_order(fallen, sales):
    orders = pl.DataFrame({"order": [f"q{n}" for n in range(60)], "sku": "s07", "line": "1", "units": 1.0})
    mine = fallen.filter(sku="s07").with_columns(order=pl.Series([f"q{n}" for n in range(60)]))
    lines = pl.concat([sales, orders.with_columns(at=mine["at"])], how="diagonal")
    reviews = pl.concat(
        [fallen.filter(pl.col("sku") != "s07"), mine.with_columns(sku=pl.lit(None, pl.String))], how="diagonal"
    )
    shop = Shop.of({"reviews": reviews, "order_lines": lines})
    (proposal,) = study(shop)
    where = proposal.evidence[0].where
    assert shop.sql(f"SELECT count(*) FROM reviews WHERE {where}").item() == 60


def test_undated_low_products_are_proposed(stable):
    bad = pl.DataFrame({"review": [f"b{n}" for n in range(12)], "sku": "bad", "stars": 1.0, "text": "Broke."})
    shop = Shop.of({"reviews": pl.concat([stable[0].drop("at"), bad], how="diagonal")})
    (proposal,) = study(shop)
    assert proposal.subject == "bad"
    assert proposal.title.render("en").startswith("Look into bad: 1.0 stars, the shop has 4.")
    assert proposal.evidence[1].says.render("en") == "1 ★: “Broke.”"


def test_quotes_show_stars_without_decimals(stable):
    bad = pl.DataFrame({"review": [f"b{n}" for n in range(12)], "sku": "bad", "stars": 1.8, "text": "Broke."})
    (proposal,) = study(Shop.of({"reviews": pl.concat([stable[0].drop("at"), bad], how="diagonal")}))
    assert proposal.evidence[1].says.render("en") == "2 ★: “Broke.”"


def test_quotes_are_the_worst_then_the_latest_masked_and_cut(fallen):
    at = fallen["at"].max()
    texts = {
        "q1": (1.0, 5, "Write to jane.doe@example.com, I want my money back."),
        "q2": (1.0, 3, "word " * 80),
        "q3": (2.0, 1, "Meh."),
        "q4": (1.0, 9, "Oldest of the worst."),
        "q5": (1.0, 0, "   "),
        "q6": (1.0, 200, "Long ago."),
        "q7": (1.0, 6, "Write to jane.doe@example.com, I want my money back."),
    }
    reviews = pl.DataFrame(
        [(name, "p", at - timedelta(days=ago), given, text) for name, (given, ago, text) in texts.items()],
        schema=["review", "sku", "at", "stars", "text"],
        orient="row",
    )
    found = quotes(Shop.of({"reviews": reviews}), ["p"], date(2024, 4, 1))["p"]
    assert [quote.review for quote in found] == ["q2", "q1", "q4"]
    assert found[1].words == "Write to [e-mail], I want my money back."
    assert len(found[0].words) <= 160
    assert found[0].words.endswith("word…")


def test_a_title_stands_in_for_words_that_lack():
    reviews = pl.DataFrame({"review": ["r"], "sku": ["p"], "stars": [1.0], "title": ["Never again"]})
    assert quotes(Shop.of({"reviews": reviews}), ["p", "none"])["p"][0].words == "Never again"


@pytest.mark.parametrize("text", ["好" * 500, "a" * 500, "x y\n\tz", ""], ids=["chinese", "one-word", "lines", "empty"])
def test_any_text_is_shortened_to_one_line(text):
    line = shortened(text)
    assert len(line) <= 160
    assert "\n" not in line
    assert (line.endswith("…")) == (len(text) > 160)


def test_what_comes_later_changes_nothing(fallen, sales):
    day = date(2024, 6, 15)
    later = pl.col("at").dt.date() > day
    altered = fallen.with_columns(
        text=pl.when(later).then(pl.lit("!")).otherwise("text"), stars=pl.when(later).then(1.0).otherwise("stars")
    )
    dearer = sales.with_columns(revenue=pl.when(later).then(1e6).otherwise("revenue"))
    one = list(study(Shop.of({"reviews": fallen, "order_lines": sales}).until(day)))
    two = list(study(Shop.of({"reviews": altered, "order_lines": dearer}).until(day)))
    assert one
    assert [proposal.as_json() for proposal in one] == [proposal.as_json() for proposal in two]


def test_without_reviews_there_is_nothing_to_propose(sales):
    assert list(study(Shop.of({"order_lines": sales}))) == []
    assert list(study(Shop.of({"products": pl.DataFrame({"sku": ["a"]})}))) == []
