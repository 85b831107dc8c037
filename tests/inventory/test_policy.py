"""Terms of ordering: possible ones only, and the chance of not running out that costs least."""

from __future__ import annotations

import pytest

from shopwright.errors import UsageError
from shopwright.inventory import Policy


@pytest.mark.parametrize(
    "shortage, holding, review, ratio",
    [
        (1.0, 0.2, 1, 1 / 1.2),
        (1.0, 0.2, 2, 1 / 1.4),
        (3.0, 1.0, 1, 0.75),
        (0.0, 0.2, 1, 0.0),
        (0.0, 0.0, 1, 0.0),
        (1.0, 0.0, 1, 1.0),
    ],
)
def test_the_critical_ratio_is_the_newsvendors(shortage, holding, review, ratio):
    assert Policy(shortage_cost=shortage, holding_cost=holding, review=review).critical_ratio == pytest.approx(ratio)


def test_an_order_covers_the_wait_and_the_time_to_the_next():
    assert Policy(lead_time=1, review=1).interval == 1
    assert Policy(lead_time=3, review=2).interval == 4


@pytest.mark.parametrize(
    "name, value",
    [
        ("lead_time", 0),
        ("review", 0),
        ("holding_cost", -0.1),
        ("holding_cost", float("nan")),
        ("shortage_cost", float("inf")),
        ("pack_size", 0.0),
        ("pack_size", float("nan")),
        ("min_units", -1.0),
    ],
)
def test_terms_that_cannot_be_are_named(name, value):
    with pytest.raises(UsageError) as caught:
        Policy(**{name: value})
    assert caught.value.code == "USAGE-08"
    assert name in str(caught.value.what)
