"""`shopwright ledger`: totals with currency and day of the prices; what is unknown is said to be."""

from __future__ import annotations

import json

import pytest

from shopwright.language.configured import ledger_of
from shopwright.language.ledger import Entry


@pytest.fixture
def used(shop):
    book = ledger_of(shop)
    book.record(Entry("a", 1, "memo", "gpt-5-mini", "https://api.openai.com/v1", outcome="server", estimated=True,
                      tokens_in=40, cost=0.00001, currency="USD", price_as_of="2026-09-29"))  # fmt: skip
    book.record(Entry("a", 2, "memo", "gpt-5-mini", "https://api.openai.com/v1", tokens_in=1200, tokens_out=300,
                      cost=0.0009, currency="USD", price_as_of="2026-09-29", seconds=1.5))  # fmt: skip
    book.record(Entry("b", 1, "reviews", "qwen3:8b", "http://localhost:11434/v1", tokens_in=500, tokens_out=20))
    return shop


def test_totals_by_purpose(call, used):
    told = call("ledger", used)
    assert told.code == 0
    memo = next(line for line in told.out.splitlines() if "memo" in line)
    for part in ("≈1,240", "300", "0.0009 USD", "2026-09-29"):
        assert part in memo
    reviews = next(line for line in told.out.splitlines() if "reviews" in line)
    assert "not known" in reviews
    assert "0.0000" not in reviews
    assert "price_in" in told.err


def test_json_has_every_number(call, used):
    told = json.loads(call("ledger", used, "--json", "--by", "model", "--rows", "2").out)
    assert told["zone"]
    assert {row["name"]: row["cost"] for row in told["totals"]} == {
        "gpt-5-mini": pytest.approx(0.00091),
        "qwen3:8b": None,
    }
    assert [row["outcome"] for row in told["rows"]] == ["ok", "ok"]


def test_last_tries_are_listed(call, used):
    told = call("ledger", used, "--rows", "5")
    assert told.out.count("gpt-5-mini") == 2
    assert "server" in told.out


def test_a_day_limits_it(call, used):
    assert json.loads(call("ledger", used, "--since", "2999-01-01", "--json").out)["totals"] == []
    assert call("ledger", used, "--since", "tomorrow").code == 2
    assert "since 2999-01-01" in call("ledger", used, "--since", "2999-01-01").out


def test_an_empty_ledger_says_how_to_begin(call, shop):
    told = call("ledger", shop)
    assert told.code == 0
    assert "language.chat_url" in told.err
    assert told.out.startswith("no call to a chat model is in")
    assert len(told.out.splitlines()) == 1
    assert not (shop / "state.sqlite").exists()


def test_without_a_shop_it_is_the_users(call):
    ledger_of().record(Entry("u", 1, "notes", "m", "http://x"))
    assert "notes" in call("ledger").out


@pytest.mark.parametrize("by", ["colour", "", "id; drop table chat_calls"])
def test_what_it_cannot_be_added_up_by_is_a_usage_error(call, shop, by):
    told = call("ledger", shop, "--by", by)
    assert told.code == 2
    assert "USAGE-23" in told.err
