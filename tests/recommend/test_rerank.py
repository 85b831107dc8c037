from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.errors import UsageError
from shopwright.recommend.explore import draws
from shopwright.recommend.rerank import Bought, rerank
from shopwright.recommend.rules import Rules
from shopwright.recommend.shelf import Shelf

DAY = date(2024, 6, 30)
ITEMS = pl.DataFrame(
    {
        "sku": [f"p{at}" for at in range(8)],
        "category": ["Tea > Green", "Tea > Green", "Tea > Black", "Cups", "Cups", None, "Pots", "Pots"],
        "brand": ["x", "x", "x", "y", "y", None, "z", "z"],
        "price": [5.0, 8.0, 12.0, 20.0, 25.0, None, 40.0, 60.0],
        "margin": [1.0, 2.0, 4.0, 8.0, None, 5.0, -3.0, 20.0],
        "on_hand": [10.0, 0.0, 5.0, 3.0, 4.0, None, 9.0, 1.0],
        "cover_days": [30.0, 0.0, 2.0, 14.0, None, None, 90.0, 5.0],
        "sentiment": [0.5, 0.0, -1.0, 1.0, None, 0.0, 0.0, -0.5],
        "is_defect_rising": [False, False, False, True, False, None, False, False],
        "launch_day": [DAY - timedelta(days=at * 30) for at in range(8)],
        "sold_per_day": [1.0, 9.0, 2.0, 0.5, 0.1, 0.0, 3.0, 0.2],
    }
)
SHELF = Shelf.of(ITEMS, DAY)
ALL, SCORES = np.arange(8), np.array([0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1])


def shown(rules, k=8, rows=ALL, scores=SCORES, **more):
    return rerank(rows, scores, SHELF, rules, k, **more).rows.tolist()


def why_not(rules, k=8, **more):
    return {each.row: each.rule for each in rerank(ALL, SCORES, SHELF, rules, k, **more).left_out}


def test_without_rules_the_order_is_that_of_relevance():
    assert shown(Rules(in_stock=False), rows=ALL[::-1], scores=SCORES[::-1]) == ALL.tolist()


@pytest.mark.parametrize(
    "rules, hidden, rule",
    [
        (Rules(), {1}, "in_stock"),
        (Rules(in_stock=False, least_cover=7), {1, 2, 7}, "least_cover"),
        (Rules(in_stock=False, price=(8, 25)), {0, 5, 6, 7}, "price"),
        (Rules(in_stock=False, price=(None, 8)), {2, 3, 4, 5, 6, 7}, "price"),
        (Rules(in_stock=False, categories=("Tea",)), {3, 4, 5, 6, 7}, "categories"),
        (Rules(in_stock=False, categories=("Tea > Green", "Pots")), {2, 3, 4, 5}, "categories"),
        (Rules(in_stock=False, not_categories=("Tea", "Cups")), {0, 1, 2, 3, 4}, "not_categories"),
        (Rules(in_stock=False, skus_never=("p0", "p9")), {0}, "skus_never"),
        (Rules(in_stock=False, defect=1), {3}, "defect"),
        (Rules(in_stock=False, most_per_brand=1), {1, 2, 4, 7}, "most_per_brand"),
        (Rules(in_stock=False, most_per_category=1), {1, 4, 7}, "most_per_category"),
    ],
)
def test_each_rule_hides_its_products_and_is_named_for_it(rules, hidden, rule):
    assert shown(rules) == [at for at in range(8) if at not in hidden]
    assert why_not(rules) == dict.fromkeys(hidden, rule)


def test_a_category_is_a_path_not_the_beginning_of_a_word():
    found = rerank(ALL, SCORES, SHELF, Rules(in_stock=False, not_categories=("Te",)), 8)
    assert found.rows.tolist() == ALL.tolist()
    assert [str(note) for note in found.notes] == ["no product is of category Te"]


def test_what_was_bought_is_hidden_as_long_as_the_rule_says():
    bought = Bought(np.array([0, 3]), np.array([10.0, 100.0]))
    free = {"in_stock": False}
    assert shown(Rules(**free), bought=bought) == [1, 2, 4, 5, 6, 7]
    assert shown(Rules(**free, already_bought="after 30 days"), bought=bought) == [1, 2, 3, 4, 5, 6, 7]
    assert shown(Rules(**free, already_bought="after 10 days"), bought=bought) == ALL.tolist()
    assert shown(Rules(**free, already_bought="show"), bought=bought) == ALL.tolist()
    assert shown(Rules(**free), bought=Bought(np.array([0, 9]), np.array([np.nan, 1.0]))) == ALL[1:].tolist()
    assert why_not(Rules(**free), bought=bought) == {0: "already_bought", 3: "already_bought"}


def test_pinned_products_stand_first_though_rules_or_relevance_speak_against_it():
    rules = Rules(skus_first=("p7", "p3", "p1", "p99"), price=(0, 30), defect=1)
    found = rerank(ALL[:5], SCORES[:5], SHELF, rules, 4)
    assert found.rows.tolist() == [7, 3, 0, 2]
    said = [str(note) for note in found.notes]
    assert "p1 is not shown first: it is out of stock" in said
    assert "1 SKUs that the rules name are not among the items: p99" in said
    assert found.scores.tolist() == pytest.approx([0.0, 0.5, 0.8, 0.6])


def test_pinned_products_fill_caps():
    assert shown(Rules(skus_first=("p2",), most_per_brand=1), 3) == [2, 3, 5]


def test_relevance_is_weighed_by_margin_sentiment_defects_and_freshness():
    # products 0, 2, 3: margins 1, 4, 8; the median of all that earn is 4.5
    rows, scores = np.array([0, 2, 3]), np.array([0.8, 0.6, 0.5])
    by_margin = rerank(rows, scores, SHELF, Rules(margin=1), 3)
    assert by_margin.rows.tolist() == [3, 2, 0]
    assert by_margin.scores == pytest.approx(np.array([4.0, 2.4, 0.8]) / 4.5)
    half = rerank(rows, scores, SHELF, Rules(margin=0.5), 3)
    assert half.scores == pytest.approx(np.sort(scores * np.sqrt([1, 4, 8]) / np.sqrt(4.5))[::-1])
    liked = rerank(rows, scores, SHELF, Rules(sentiment=0.5, defect=0.4, freshness=1, half_life=30), 3)
    expected = scores * [1.25, 0.5, 1.5 * 0.6] * (1 + 0.5 ** np.array([0, 2, 3]))
    assert liked.scores == pytest.approx(np.sort(expected)[::-1])


def test_a_loss_is_shown_last_and_an_unknown_margin_counts_as_the_middle_one():
    found = rerank(np.array([4, 6]), np.array([0.1, 0.9]), SHELF, Rules(margin=1), 2)
    assert found.rows.tolist() == [4, 6]
    assert found.scores == pytest.approx([0.1, 0.009])


def test_diversity_brings_another_category_up_and_says_so():
    rules = Rules(in_stock=False, diversity=0.5)
    assert shown(rules, 3) == [0, 3, 5]  # 0.5·0.75 − 0.25 of black tea loses to cups, then to what has no category
    assert why_not(rules, 3)[1] == "diversity"
    assert why_not(Rules(in_stock=False), 3)[3] == "rank"


def test_likeness_of_texts_counts_where_vectors_are_given():
    vectors = np.eye(8, dtype=np.float32)
    vectors[5] = vectors[0]  # without a category, and with the text of the first
    shelf = Shelf.of(ITEMS.with_columns(pl.lit(None, pl.String).alias("category")), DAY, vectors)
    found = rerank(np.array([0, 5, 7]), np.array([0.8, 0.7, 0.2]), shelf, Rules(diversity=0.6), 3)
    assert found.rows.tolist() == [0, 7, 5]


def test_where_nothing_is_left_the_shelf_stands_in_before_rules_are_given_up():
    found = rerank(np.array([1, 3]), np.array([1.0, 0.9]), SHELF, Rules(categories=("Pots",)), 5)
    assert found.rows.tolist() == [6, 7]  # what sells best of the pots
    assert found.given_up == ()
    assert "what sells best" in str(found.notes[0])


@pytest.mark.parametrize(
    "rules, rows, given_up, expected",
    [
        ({"price": (100, None)}, [0, 2], ("price",), [0, 2]),
        ({"least_cover": 500, "categories": ("Tea > Black",)}, [2, 3], ("least_cover",), [2]),
        ({"categories": ("Rugs",), "price": (10, 15)}, [0, 2], ("categories",), [2]),
        ({"skus_never": tuple(f"p{at}" for at in range(8) if at != 1)}, [0, 1, 2], ("in_stock",), [1]),
    ],
)
def test_rules_are_given_up_only_as_far_as_they_must(rules, rows, given_up, expected):
    found = rerank(np.array(rows), np.ones(len(rows)), SHELF, Rules(**rules), 5)
    assert found.rows.tolist() == expected
    assert found.given_up == given_up
    assert f"given up for this list: {', '.join(given_up)}" in str(found.notes[0])


def test_never_is_never_and_an_empty_list_says_why():
    never = Rules(skus_never=tuple(ITEMS["sku"]))
    found = rerank(ALL, SCORES, SHELF, never, 3)
    assert found.rows.tolist() == []
    assert "never shown" in str(found.notes[0])
    nothing = rerank(np.array([], int), np.array([]), Shelf.of(ITEMS.clear()), Rules(), 3)
    assert "there are no products" in str(nothing.notes[0])


def test_without_candidates_what_sells_best_is_shown():
    found = rerank(np.array([], int), np.array([]), SHELF, Rules(), 2)
    assert found.rows.tolist() == [6, 2]


def test_rules_without_their_column_are_passed_over_with_a_note():
    bare = Shelf.of(pl.DataFrame({"sku": ["a", "b"]}))
    rules = Rules(
        least_cover=3,
        price=(1, 2),
        categories=("Tea",),
        most_per_brand=1,
        most_per_category=1,
        diversity=0.2,
        margin=1,
        sentiment=0.1,
        defect=1,
        freshness=1,
    )
    found = rerank(np.array([0, 1]), np.array([0.1, 0.2]), bare, rules, 2)
    assert found.rows.tolist() == [1, 0]
    passed = {str(note).split()[1] for note in found.notes if "passed over" in str(note)}
    assert passed == {
        *("in_stock", "least_cover", "price", "categories", "most_per_brand", "most_per_category", "diversity"),
        *("margin", "sentiment", "defect", "freshness"),
    }


@pytest.mark.parametrize(
    "rows, scores, k, drawn, said",
    [
        ([0, 8], [1, 1], 2, None, "row 8 is not among the 8 items"),
        ([-1], [1], 2, None, "row -1 is not among"),
        ([0, 1], [1], 2, None, "there are 2 rows and 1 scores"),
        ([0, 3, 3], [1, 1, 1], 2, None, "p3 stands in more than one row"),
        ([0, 1], [1, -0.5], 2, None, "p1 has -0.5"),
        ([0, 1], [np.nan, 1], 2, None, "p0 has nan"),
        ([0, 1], [np.inf, 1], 2, None, "p0 has inf"),
        ([0, 1], [1, 1], 2, [0.5], "2 draws from 0 up to 1"),
        ([0, 1], [1, 1], 2, [0.5, 1.0], "2 draws from 0 up to 1"),
    ],
)
def test_candidates_that_cannot_be_ranked_are_refused(rows, scores, k, drawn, said):
    with pytest.raises(UsageError, match=said) as refused:
        rerank(np.array(rows), np.array(scores), SHELF, Rules(), k, draws=None if drawn is None else np.array(drawn))
    assert refused.value.code == "RECOMMEND-34"


def test_a_list_of_nothing_is_refused():
    with pytest.raises(UsageError, match="a list of 0 products"):
        rerank(ALL, SCORES, SHELF, Rules(), 0)


@st.composite
def worlds(draw):
    n = draw(st.integers(1, 25))
    names = st.sampled_from([None, "a", "b", "c > d", "c > e"])
    items = pl.DataFrame(
        {
            "sku": [f"s{at}" for at in range(n)],
            "category": draw(st.lists(names, min_size=n, max_size=n)),
            "brand": draw(st.lists(names, min_size=n, max_size=n)),
            "price": draw(st.lists(st.one_of(st.none(), st.floats(0, 100)), min_size=n, max_size=n)),
            "on_hand": draw(st.lists(st.one_of(st.none(), st.floats(0, 3)), min_size=n, max_size=n)),
            "margin": draw(st.lists(st.one_of(st.none(), st.floats(-5, 50)), min_size=n, max_size=n)),
        },
        schema_overrides=dict.fromkeys(["category", "brand"], pl.String)
        | dict.fromkeys(["price", "on_hand", "margin"], pl.Float64),
    )
    rules = Rules(
        in_stock=draw(st.booleans()),
        price=(draw(st.one_of(st.none(), st.floats(0, 50))), None),
        most_per_brand=draw(st.one_of(st.none(), st.integers(1, 3))),
        most_per_category=draw(st.one_of(st.none(), st.integers(1, 3))),
        diversity=draw(st.sampled_from([0.0, 0.3, 1.0])),
        margin=draw(st.sampled_from([0.0, 0.5, 1.0])),
        skus_never=tuple(draw(st.sets(st.sampled_from([f"s{at}" for at in range(n)]), max_size=5))),
        not_categories=tuple(draw(st.sets(st.sampled_from(["a", "c"]), max_size=1))),
        temperature=draw(st.sampled_from([0.0, 0.2])),
    )
    rows = draw(st.lists(st.integers(0, n - 1), unique=True, max_size=n))
    scores = draw(st.lists(st.floats(0, 1), min_size=len(rows), max_size=len(rows)))
    return items, rules, np.array(rows, dtype=int), np.array(scores), draw(st.integers(1, 12)), draw(st.integers(0, 99))


@given(worlds())
def test_whatever_the_rules_a_list_keeps_them_or_says_which_it_gave_up(world):
    items, rules, rows, scores, k, seed = world
    found = rerank(rows, scores, Shelf.of(items), rules, k, draws=draws(seed, "request", k))
    table = items.with_row_index("row")[found.rows.tolist()]
    assert len(set(found.rows.tolist())) == len(found.rows) <= k
    assert len(found.rows) > 0 or found.notes
    assert not set(table["sku"]) & set(rules.skus_never)
    for column, most in (("brand", rules.most_per_brand), ("category", rules.most_per_category)):
        counts = table[column].drop_nulls().value_counts()["count"]
        assert most is None or counts.is_empty() or counts.max() <= most
    kept = {"in_stock", "price", "not_categories"} - set(found.given_up)
    if rules.in_stock and "in_stock" in kept:
        assert (table["on_hand"].fill_null(1.0) > 0).all()
    if rules.price[0] is not None and "price" in kept:
        assert (table["price"].fill_null(-1.0) >= rules.price[0]).all()
    if rules.not_categories and "not_categories" in kept:
        assert not table["category"].fill_null("").str.starts_with(rules.not_categories[0]).any()
    if rules.diversity == 0 and not rules.temperature:
        assert (np.diff(found.scores) <= 1e-12).all()
    assert ((found.propensities > 0) & (found.propensities <= 1)).all()
    left = {each.row for each in found.left_out}
    assert not left & set(found.rows.tolist())
    if found.given_up:
        assert any("given up" in str(note) for note in found.notes)


@given(worlds())
def test_the_list_is_that_of_the_plain_definition(world):
    """Greedy MMR written out slot by slot over dictionaries, for lists whose rules leave something."""
    items, rules, rows, scores, k, _ = world
    shelf = Shelf.of(items)
    found = rerank(rows, scores, shelf, rules, k)
    if found.given_up or any("stands in" in str(note) for note in found.notes) or not len(found.rows):
        return
    by_row = dict(enumerate(items.iter_rows(named=True)))
    earned = sorted(row["margin"] for row in by_row.values() if row["margin"] is not None and row["margin"] > 0)
    middle = float(np.median(earned)) if earned else None

    def worth(row, score):
        margin = by_row[row]["margin"]
        if not rules.margin or middle is None:
            return score
        return score * max((middle if margin is None else margin) / middle, 0.01) ** rules.margin

    def like(one, two):
        one, two = by_row[one]["category"], by_row[two]["category"]
        if one is None or two is None:
            return 0.0
        return 0.5 * (one.split(" > ")[0] == two.split(" > ")[0]) + 0.5 * (one == two)

    def is_allowed(row):
        item = by_row[row]
        path = item["category"] or ""
        return (
            item["sku"] not in rules.skus_never
            and (not rules.in_stock or item["on_hand"] is None or item["on_hand"] > 0)
            and (rules.price[0] is None or (item["price"] is not None and item["price"] >= rules.price[0]))
            and not any(path == name or path.startswith(f"{name} > ") for name in rules.not_categories)
        )

    worths = {int(row): worth(int(row), score) for row, score in zip(rows, scores, strict=True) if is_allowed(int(row))}
    best, listed = max(worths.values()) or 1.0, []
    while len(listed) < k:
        free = [
            row
            for row in sorted(worths, key=lambda row: -worths[row])
            if row not in listed
            and all(
                most is None
                or by_row[row][name] is None
                or sum(by_row[other][name] == by_row[row][name] for other in listed) < most
                for name, most in (("brand", rules.most_per_brand), ("category", rules.most_per_category))
            )
        ]
        if not free:
            break
        values = [
            (1 - rules.diversity) * (worths[row] / best)
            - rules.diversity * max((like(row, other) for other in listed), default=0.0)
            for row in free
        ]
        listed.append(free[int(np.argmax(values))])
    assert found.rows.tolist() == listed
