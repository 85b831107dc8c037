"""Names that look like one which is not known."""

from __future__ import annotations

import pytest

from shopwright.shop.countries import NAMES, code_of
from shopwright.shop.public_holidays import public_holidays
from shopwright.shop.spelling import nearest

SKUS = [f"LC{n:03}" for n in range(1, 31)]


@pytest.mark.parametrize(
    "name, known, first",
    [
        ("lc001", SKUS, ["LC001"]),
        (" LC001 ", SKUS, ["LC001"]),
        ("景德镇", ["宜兴紫砂", "景德镇陶瓷"], ["景德镇陶瓷"]),
        ("景德", ["宜兴紫砂", "景德镇陶瓷有限责任公司"], ["景德镇陶瓷有限责任公司"]),
        ("Acme Ldt", ["Acme Ltd", "Bolt"], ["Acme Ltd"]),
        ("XX", SKUS, []),
        ("", SKUS, []),
    ],
)
def test_the_nearest_names_are_told(name, known, first):
    assert nearest(name, known) == first
    assert nearest(name, reversed(known)) == first


def test_of_names_that_are_as_near_three_are_told():
    found = nearest("LC01", SKUS)
    assert len(found) == 3
    assert "LC001" in found


def test_every_country_has_holidays_and_one_name_each():
    names = [name for every in NAMES.values() for name in every.split("|")]
    assert len(names) == len(set(names))
    assert all(public_holidays(code, 2019, 2019) for code in NAMES)
    assert code_of(" China ") == code_of("中国") == "CN"
