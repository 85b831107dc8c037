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
    terms = {"shortage_cost": shortage, "holding_cost": holding, "review": review}
    assert Policy(lead_time=1, **terms).critical_ratio == pytest.approx(ratio)
    assert Policy(lead_time=5, lost_sales=False, **terms).critical_ratio == pytest.approx(ratio)


def test_what_is_too_much_lingers_longer_on_a_long_lead_time():
    ratios = [Policy(lead_time=lead).critical_ratio for lead in (1, 2, 3, 8)]
    assert ratios == sorted(ratios, reverse=True)
    assert ratios[0] == pytest.approx(1 / 1.2)
    # Huh, Janakiraman, Muckstadt & Rusmevichientong 2009: not below holding for as long as all orders on their way
    assert all(ratio > 1 / (1 + 0.2 * lead) for ratio, lead in zip(ratios[1:], (2, 3, 8), strict=True))


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
