"""Ledger and budgets: what is written down, what is held back."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from tests.language.chat.server import refuses, says

from shopwright.errors import BudgetError, ProviderError, StoreError
from shopwright.language.budget import Limit, limits_of
from shopwright.language.ledger import Entry, Ledger
from shopwright.language.messages import Usage
from shopwright.language.prices import price_of
from shopwright.language.state import State

loopback = pytest.mark.loopback
PRICED = {"price_in": 1000.0, "price_out": 10_000.0}  # of a million: a thousandth and a hundredth each


@pytest.fixture
def book(tmp_path):
    return Ledger(State(tmp_path / "state.sqlite"))


def _entry(**more):
    return Entry(**{"call": "c", "attempt": 1, "purpose": "memo", "model": "m", "endpoint": "http://x", **more})


@loopback
def test_the_cost_is_by_price_and_the_ledger_holds_no_text(server, client, tmp_path):
    server.does(says("Confidential answer"))
    folder = tmp_path / "shop"
    model = client(root=folder, **PRICED)
    reply = model.reply("Confidential question", purpose="memo", cache=False)
    assert reply.cost == pytest.approx(12 * 0.001 + 5 * 0.01)
    assert reply.currency == "USD"
    (row,) = model.ledger.rows()
    assert row["cost"] == pytest.approx(reply.cost)
    assert row["purpose"] == "memo"
    assert not [file for file in folder.glob("state*") if b"Confidential" in file.read_bytes()]


@loopback
def test_an_unknown_price_is_unknown_and_not_nothing(server, client):
    model = client()
    assert model.reply("Hi").cost is None
    (total,) = model.ledger.totals()
    assert (total.cost, total.unpriced, total.calls) == (None, 1, 1)


@loopback
def test_failed_tries_cost_too(server, client):
    server.does(refuses(500), says())
    model = client(**PRICED)
    reply = model.reply("Hi")
    first, second = reversed(model.ledger.rows())
    assert first["cost"] > 0
    assert reply.cost == pytest.approx(first["cost"] + second["cost"])
    assert reply.usage.is_estimated


@loopback
def test_a_budget_stops_before_the_call(server, client):
    model = client(daily_budget=0.5, **PRICED)
    with pytest.raises(BudgetError) as caught:
        model.reply("Hi", max_tokens=100)  # could cost 1.0
    assert caught.value.code == "CHAT-28"
    assert server.seen == []
    assert model.ledger.rows() == []
    model.reply("Hi", max_tokens=10)
    assert len(server.seen) == 1


@loopback
def test_what_was_spent_counts_and_the_window_resets_with_the_shops_day(server, client, hands, tmp_path):
    folder = tmp_path / "shop"
    hands.at = datetime(2026, 3, 14, 15, 30, tzinfo=UTC)  # half past eleven at night in Shanghai
    folder.mkdir()
    model = client(root=folder, daily_budget=0.3, **PRICED)
    object.__setattr__(model.ledger, "zone", ZoneInfo("Asia/Shanghai"))
    model.reply("Hi", max_tokens=20)  # up to about 0.22, in fact 0.062
    model.reply("Hi", max_tokens=10)
    with pytest.raises(BudgetError) as caught:
        model.reply("Hi", max_tokens=20)
    assert "2026-03-15" in str(caught.value.fix)
    hands.passed += 31 * 60
    model.reply("Hi", max_tokens=20)
    assert {row["day"] for row in model.ledger.rows()} == {"2026-03-14", "2026-03-15"}


@loopback
def test_a_purpose_has_a_budget_of_its_own(server, client):
    model = client(purpose_budgets="memo=0.1, service=9/month", **PRICED)
    with pytest.raises(BudgetError) as caught:
        model.reply("Hi", purpose="memo")
    assert caught.value.code == "CHAT-29"
    assert "memo" in str(caught.value.what)
    with pytest.raises(BudgetError):
        model.reply("Hi", purpose="service", max_tokens=1000)
    model.reply("Hi", purpose="service", max_tokens=100)
    model.reply("Hi", purpose="other")


@loopback
def test_retries_are_held_to_the_budget_too(server, client):
    server.does(refuses(500))
    model = client(daily_budget=0.25, tries=10, **PRICED)
    with pytest.raises(BudgetError):
        model.reply("Hi", max_tokens=20)
    assert 1 <= len(server.seen) < 10
    assert sum(row["cost"] for row in model.ledger.rows()) <= 0.25


@loopback
@pytest.mark.parametrize("language, code", [({}, "CHAT-30"), ({"budget_currency": "EUR", **PRICED}, None)])
def test_a_budget_that_cannot_be_kept_is_not_kept_badly(server, client, language, code):
    model = client(daily_budget=100.0, **language)
    if code is None:
        assert model.reply("Hi").currency == "EUR"
        return
    with pytest.raises(BudgetError) as caught:
        model.reply("Hi")
    assert caught.value.code == code
    assert server.seen == []


def test_a_price_in_another_currency_is_not_compared(book):
    from shopwright.language.budget import Budgets

    price = price_of("https://api.openai.com/v1", "gpt-5-mini")
    with pytest.raises(BudgetError) as caught:
        Budgets(Limit(5.0), currency="CNY").reserve(book, "memo", price, Usage(10, 10), 5)
    assert caught.value.code == "CHAT-31"


@loopback
def test_calls_at_the_same_time_cannot_overspend_together(server, client):
    def slow(handler, body):
        handler.wait(0.05)
        says()(handler, body)

    server.does(slow)
    model = client(daily_budget=0.5, **PRICED)  # each may cost up to 0.22 and costs 0.062

    def ask(_):
        try:
            model.reply("Hi", max_tokens=20)
        except BudgetError:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        done = sum(pool.map(ask, range(16)))
    assert 1 <= done < 16
    assert sum(row["cost"] for row in model.ledger.rows()) <= 0.5
    with sqlite3.connect(model.ledger.state.path) as database:
        assert database.execute("select count(*) from chat_reserved").fetchone() == (0,)


def test_what_a_dead_process_held_is_free_after_its_time(book):
    from shopwright.language.budget import Budgets

    price = price_of("https://api.openai.com/v1", "gpt-4o")
    now = [1000.0]
    book.now = lambda: datetime.fromtimestamp(now[0], UTC)
    budgets, worst = Budgets(Limit(1.0)), Usage(0, 80_000)  # 0.8
    assert budgets.reserve(book, "memo", price, worst, 5) is not None
    with pytest.raises(BudgetError):
        budgets.reserve(book, "memo", price, worst, 5)
    now[0] += 66
    assert budgets.reserve(book, "memo", price, worst, 5) is not None


def test_windows():
    day = date(2026, 2, 26)  # a Thursday
    assert [Limit(1, window).begins(day) for window in ("day", "week", "month")] == [
        day, date(2026, 2, 23), date(2026, 2, 1)]  # fmt: skip
    assert [Limit(1, window).resets(day) for window in ("day", "week", "month")] == [
        date(2026, 2, 27), date(2026, 3, 2), date(2026, 3, 1)]  # fmt: skip
    assert limits_of(" a = 1 ,b=2.5/week") == {"a": Limit(1.0), "b": Limit(2.5, "week")}
    with pytest.raises(ValueError, match="memo=2"):
        limits_of("a=1/year")


def test_the_ledger_is_append_only(book):
    book.record(_entry())
    with sqlite3.connect(book.state.path) as database:
        for order in ("update chat_calls set cost = 0", "delete from chat_calls"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                database.execute(order)
    assert book.state.path.stat().st_mode & 0o077 == 0


def test_totals_keep_currencies_and_what_is_unknown_apart(book):
    book.record(_entry(call="1", cost=0.5, currency="USD", tokens_in=10, price_as_of="2026-01-01"))
    book.record(_entry(call="2", attempt=1, cost=0.25, currency="USD", outcome="server", estimated=True))
    book.record(_entry(call="2", attempt=2, cost=0.25, currency="USD", price_as_of="2026-02-01"))
    book.record(_entry(call="3", cost=3.0, currency="CNY"))
    book.record(_entry(call="4", attempt=0, cost=0.0, currency="USD", cached=True))
    book.record(_entry(call="5", purpose="other"))
    told = {(total.name, total.currency): total for total in book.totals()}
    assert set(told) == {("memo", "USD"), ("memo", "CNY"), ("other", "")}
    dollars = told["memo", "USD"]
    assert (dollars.calls, dollars.tries, dollars.failed, dollars.cached, dollars.estimated) == (3, 4, 1, 1, 1)
    assert (dollars.cost, dollars.price_as_of) == (1.0, "2026-01-01")
    assert told["other", ""].cost is None
    assert [total.name for total in book.totals("outcome")] == ["ok", "ok", "ok", "server"]
    assert book.totals(since=date(2999, 1, 1)) == []


def test_an_empty_ledger_makes_no_file(book):
    assert (book.rows(), book.totals()) == ([], [])
    assert not book.state.path.exists()


def test_a_file_that_is_no_ledger_is_explained(tmp_path):
    (tmp_path / "state.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError) as caught:
        Ledger(State(tmp_path / "state.sqlite")).record(_entry())
    assert caught.value.code == "CHAT-34"


@loopback
def test_nothing_is_sent_where_it_could_not_be_written_down(server, client, tmp_path):
    folder = tmp_path / "shop"
    model = client(root=folder, daily_budget=9.0, **PRICED)
    (folder / "state.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError):
        model.reply("Hi")
    assert server.seen == []


WRITER = """
import sys
from pathlib import Path
from shopwright.language.ledger import Entry, Ledger
from shopwright.language.state import State
book = Ledger(State(Path(sys.argv[1])))
for n in range(int(sys.argv[3])):
    book.record(Entry(f"{sys.argv[2]}-{n}", 1, "p", "m", "e", cost=1.0, currency="USD"))
    print(n, flush=True)
"""


def _writer(file, name, n):
    return subprocess.Popen([sys.executable, "-c", WRITER, str(file), name, str(n)], stdout=subprocess.PIPE, text=True)


def test_processes_and_threads_write_to_one_ledger(book):
    writers = [_writer(book.state.path, name, 15) for name in "ab"]

    def write(name):
        for n in range(15):
            book.record(_entry(call=f"{name}-{n}", cost=1.0, currency="USD"))

    threads = [threading.Thread(target=write, args=(name,)) for name in "cd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [writer.communicate() and writer.returncode for writer in writers] == [0, 0]
    assert len({row["call"] for row in book.rows(limit=1000)}) == 60


def test_a_kill_in_mid_write_loses_nothing_that_was_told(book):
    for round_ in range(3):
        writer = _writer(book.state.path, str(round_), 100_000)
        told = [writer.stdout.readline() for _ in range(5)]
        time.sleep(0.01 * round_)
        writer.kill()
        rest = writer.communicate()[0]
        last = int((told + rest.split("\n")[:-1] if rest else told)[-1])
        calls = {row["call"] for row in book.rows(limit=1_000_000)}
        assert {f"{round_}-{n}" for n in range(last + 1)} <= calls
    with sqlite3.connect(book.state.path) as database:
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize(
    "url, model, usage, cost",
    [
        ("https://api.openai.com/v1", "gpt-4o-mini", Usage(1_000_000, 1_000_000), 0.75),
        ("https://api.openai.com/v1", "gpt-4o-2024-11-20", Usage(1_000_000, 0, 1_000_000), 1.25),
        ("https://api.openai.com/v1", "gpt-5.4", Usage(1_000_000, 0), 5.0),
        ("https://api.anthropic.com/v1", "claude-haiku-4-5-20251001", Usage(1_000_000, 1_000_000), 6.0),
    ],
)
def test_prices(url, model, usage, cost):
    assert price_of(url, model).cost(usage) == pytest.approx(cost)


@pytest.mark.parametrize(
    "url, model", [("https://proxy.example/v1", "gpt-4o"), ("https://api.openai.com/v1", "gpt-4o-mega")]
)
def test_another_offer_under_the_same_name_has_no_price(url, model):
    assert price_of(url, model) is None


def test_every_price_says_when_and_where():
    from shopwright.language.prices import _tables

    for table in _tables().values():
        assert date.fromisoformat(table["as_of"]) <= date.today() or table["as_of"] > "2026"  # noqa: DTZ011
        assert table["source"]
        for price in table["models"].values():
            assert 0 < price["cached"] <= price["input"] <= price["output"]


def test_errors_of_the_budget_are_errors_of_the_provider():
    assert issubclass(BudgetError, ProviderError)
