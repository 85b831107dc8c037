from __future__ import annotations

import math

import pytest

from shopwright.errors import UsageError
from shopwright.recommend.rules import Rules


def test_rules_come_from_names_and_values_as_a_settings_file_holds_them():
    rules = Rules.of({"price": [5, None], "skus_never": ["a", "b", "a"], "most_per_brand": 2, "diversity": 0.3})
    assert rules == Rules(price=(5, None), skus_never=("a", "b"), most_per_brand=2, diversity=0.3)
    assert hash(rules) == hash(Rules(price=(5, None), skus_never=("a", "b"), most_per_brand=2, diversity=0.3))


@pytest.mark.parametrize(
    "said, days", [("hide", math.inf), ("show", 0.0), ("after 90 days", 90.0), ("after 1 day", 1.0)]
)
def test_how_long_a_purchase_hides_the_product(said, days):
    assert Rules(already_bought=said).hidden_days == days


@pytest.mark.parametrize(
    "name, value",
    [
        *(("diversity", wrong) for wrong in (-0.1, 1.1, math.nan, "much", None, True)),
        *(("margin", wrong) for wrong in (2, math.inf)),
        *(("sentiment", -1), ("defect", 1.5), ("freshness", -1), ("freshness", 11), ("half_life", 0)),
        *(("least_cover", -1), ("least_cover", math.nan), ("temperature", -0.1), ("explore", 1.01)),
        *(("most_per_brand", wrong) for wrong in (0, 1.5, -3, "two")),
        *(("explore_slots", wrong) for wrong in (0, None)),
        *(("price", wrong) for wrong in ((5, 3), (-1, 3), (1,), (1, 2, 3), 5, None, ("a", "b"), (math.nan, 1))),
        *(("categories", wrong) for wrong in ("Tea", None, 3, ["Tea", 3])),
        *(("skus_never", wrong) for wrong in ("A1", [None])),
        *(("already_bought", wrong) for wrong in ("never", "after days", "after 2.5 days", "", None, 30)),
        *(("in_stock", wrong) for wrong in ("yes", 1, None)),
    ],
)
def test_a_value_that_is_not_possible_is_refused_by_name(name, value):
    with pytest.raises(UsageError) as refused:
        Rules.of({name: value})
    assert refused.value.code == "RECOMMEND-30"
    assert f"rule {name} cannot be {value!r}" in str(refused.value)


def test_an_unknown_rule_is_refused_with_the_nearest_one():
    with pytest.raises(UsageError, match="did you mean most_per_brand") as refused:
        Rules.of({"most_per_brands": 2})
    assert refused.value.code == "RECOMMEND-31"


@pytest.mark.parametrize(
    "values, said",
    [
        ({"skus_never": ["a", "b"], "skus_first": ["b"]}, "b is to be shown first and never"),
        ({"categories": ["Tea"], "not_categories": ["Tea"]}, "Tea is asked for and ruled out"),
        ({"explore": 0.1, "temperature": 0.1}, "temperature the whole list"),
    ],
)
def test_rules_that_contradict_each_other_are_refused(values, said):
    with pytest.raises(UsageError, match=said) as refused:
        Rules.of(values)
    assert refused.value.code == "RECOMMEND-32"
