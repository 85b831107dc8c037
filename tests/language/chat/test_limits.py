"""Rate limit, circuit breaker, waits and certificates."""

from __future__ import annotations

import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import trustme
from pydantic import BaseModel
from tests.language.chat.server import Server, refuses, says

from shopwright.errors import ProviderError
from shopwright.language.providers.limits import Breaker, Bucket, gate
from shopwright.language.providers.loop import Loop
from shopwright.language.providers.waiting import backoff, retry_after

loopback = pytest.mark.loopback


class Number(BaseModel):
    n: int


def test_a_bucket_lets_a_burst_through_and_then_so_many_a_minute():
    now = [0.0]
    bucket = Bucket(60, 3, lambda: now[0])
    assert [bucket.take(99) for _ in range(5)] == [0, 0, 0, 1, 2]
    now[0] = 2.0
    assert bucket.take(99) == 1
    assert bucket.take(0.5) is None
    now[0] = 1000.0
    assert [bucket.take(99) for _ in range(4)] == [0, 0, 0, 1]


def test_a_bucket_is_shared_by_threads():
    bucket = Bucket(60, 5, lambda: 0.0)
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: bucket.take(1e9), range(200)))
    assert sorted(waits) == [0.0] * 5 + [pytest.approx(n) for n in range(1, 196)]


def test_without_a_limit_nobody_waits():
    assert Bucket(0, 1, lambda: 0.0).take(0) == 0


def test_a_breaker_opens_lets_one_probe_and_closes():
    now = [0.0]
    breaker = Breaker(3, 30, lambda: now[0])
    for _ in range(2):
        breaker.failed()
    assert breaker.wait() == 0
    breaker.failed()
    assert breaker.wait() == 30
    now[0] = 30.0
    assert breaker.wait() == 0  # the probe
    assert breaker.wait() == 30  # nobody else meanwhile
    breaker.failed()
    now[0] = 61.0
    assert breaker.wait() == 0
    breaker.worked()
    assert breaker.wait() == 0


def test_an_endpoint_has_one_gate_for_all_its_callers(hands):
    clock = hands.clock
    first = gate("http://a", 60, clock)
    assert gate("http://a", 60, clock) is first
    assert gate("http://b", 60, clock) is not first


@loopback
def test_calls_beyond_the_rate_wait_and_beyond_the_deadline_fail(server, client, hands):
    model = client(calls_per_minute=6, deadline=15.0)  # ten at once, then one in ten seconds
    for _ in range(11):
        model.reply("Hi")
    assert hands.waits == [pytest.approx(10.0)]
    sleeper = client(calls_per_minute=6, deadline=5.0)  # another client of the same endpoint
    with pytest.raises(ProviderError) as caught:
        sleeper.reply("Hi")
    assert caught.value.code == "CHAT-09"
    assert len(server.seen) == 11


@loopback
def test_an_endpoint_that_keeps_failing_is_given_a_rest(server, client, hands):
    server.does(refuses(500))
    model = client(tries=1, deadline=20.0)
    for _ in range(8):
        with pytest.raises(ProviderError):
            model.reply("Hi")
    with pytest.raises(ProviderError) as caught:
        model.reply("Hi")
    assert caught.value.code == "CHAT-14"
    assert len(server.seen) == 8
    server.does(says())
    hands.passed += 31
    assert model.reply("Hi").text == "Hello!"


@loopback
def test_a_reply_that_does_not_fit_shows_that_the_endpoint_is_well_again(server, client, hands):
    server.does(refuses(500))
    model = client(tries=1, deadline=20.0)
    for _ in range(8):
        with pytest.raises(ProviderError):
            model.reply("Hi")
    hands.passed += 31
    server.does(says("nothing that fits"), says('{"n": 1}'))
    assert model.reply("Hi", schema=Number).as_(Number).n == 1


@loopback
def test_what_the_caller_did_wrong_opens_nothing(server, client):
    server.does(refuses(400))
    model = client()
    for _ in range(12):
        with pytest.raises(ProviderError) as caught:
            model.reply("Hi")
        assert caught.value.code == "CHAT-08"


def test_waits_double_with_jitter_and_have_an_end():
    assert [backoff(n, 1.0) for n in (1, 2, 3)] == [0.5, 1.0, 2.0]
    assert backoff(1, 0.0) == pytest.approx(0.05)
    assert backoff(10_000, 1.0) == 30.0


@pytest.mark.parametrize(
    "value, seconds",
    [(None, None), ("", None), ("0", 0.0), ("1.5", 1.5), ("-1", None), ("nan", None), ("soon", None), ("1e99", None),
     ("Thu, 01 Jan 99999999999 00:00:00 GMT", None), ("9" * 5_000, None),
     ("Wed, 31 Dec 2025 23:00:00 GMT", 0.0), ("Thu, 01 Jan 2026 00:00:05 GMT", 5.0)],
)  # fmt: skip
def test_retry_after_in_all_its_forms(value, seconds):
    assert retry_after(value, datetime(2026, 1, 1, tzinfo=UTC)) == seconds


@pytest.fixture
def authority():
    return trustme.CA()


@pytest.fixture
def secure(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server = Server(context)
    yield server
    server.stop()


@loopback
def test_a_certificate_nobody_trusts_is_refused_at_once(secure, client):
    model = client(given={"url": secure.url})
    with pytest.raises(ProviderError) as caught:
        model.reply("Hi")
    assert caught.value.code == "CHAT-03"
    assert caught.value.__context__ is None
    assert secure.seen == []
    assert len(model.ledger.rows()) == 1


@loopback
def test_an_authority_of_ones_own_can_be_trusted(secure, authority, client):
    context = ssl.create_default_context()
    authority.configure_trust(context)
    assert client(given={"url": secure.url, "verify": context}).reply("Hi").text == "Hello!"


@loopback
def test_a_certificate_of_another_host_is_refused(authority, client):
    context, trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("other.example").configure_cert(context)
    authority.configure_trust(trusting)
    server = Server(context)
    try:
        with pytest.raises(ProviderError) as caught:
            client(given={"url": server.url, "verify": trusting}).reply("Hi")
        assert caught.value.code == "CHAT-03"
    finally:
        server.stop()


@loopback
def test_a_client_closed_can_be_used_again_and_leaves_no_thread(server, client):
    model = client()
    for _ in range(2):
        assert model.reply("Hi").text == "Hello!"
        model.close()
        assert not [thread for thread in threading.enumerate() if thread.name == "shopwright-http"]


def test_a_loop_that_is_forgotten_ends_its_thread():
    async def name():
        return threading.current_thread().name

    loop = Loop()
    assert loop.run(name()) == "shopwright-http"
    del loop
    assert not [thread for thread in threading.enumerate() if thread.name == "shopwright-http"]
