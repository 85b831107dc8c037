"""Vectors by endpoint, against a real server on this machine that answers well or badly."""

from __future__ import annotations

import base64
import json
import logging
import socket
import ssl

import numpy as np
import pytest
from tests.language.chat.server import Server

from shopwright.errors import ModelError, ProviderError
from shopwright.language import encoder
from shopwright.language.encoders import Encoder
from shopwright.language.keys import Secret
from shopwright.language.providers.clock import Clock
from shopwright.language.providers.embeddings import EndpointEncoder
from shopwright.language.providers.http import Limits

pytestmark = pytest.mark.loopback
KEY = "sk-test-0123456789abcdef"


def _vector(text):
    rng = np.random.default_rng(sum(map(ord, text)) + len(text))
    return rng.normal(size=8).astype(np.float32) * 3


def answers(*, as_base64=False, backwards=False, change=None):
    """Answer with a vector for each text."""

    def behave(handler, body):
        data = []
        for at, text in enumerate(body["input"]):
            vector = _vector(text)
            value = base64.b64encode(vector.tobytes()).decode() if as_base64 else vector.tolist()
            data.append({"object": "embedding", "index": at, "embedding": value})
        if backwards:
            data.reverse()
        answer = {"object": "list", "model": body["model"], "data": data, "usage": {"prompt_tokens": 1}}
        if change:
            change(answer)
        handler.give(200, json.dumps(answer).encode())

    return behave


def gives(status, content, **headers):
    return lambda handler, _: handler.give(status, content, **headers)


@pytest.fixture
def server():
    found = Server()
    found.script = [answers()]
    yield found
    found.stop()


@pytest.fixture
def waits():
    return []


@pytest.fixture
def endpoint(server, waits):
    """Make an encoder of the server; it waits in no time, and tells how long it would have."""
    made = []

    def make(**options):
        options = {"limits": Limits(deadline=10, tries=3), "clock": Clock(sleep=waits.append), **options}
        found = EndpointEncoder(server.url, "small-embeddings", **options)
        made.append(found)
        return found

    yield make
    for each in made:
        each.close()


def _unit(texts):
    return np.stack([_vector(text) / np.linalg.norm(_vector(text)) for text in texts])


def _refused(code, work, *arguments):
    with pytest.raises(ProviderError) as caught:
        work(*arguments)
    assert caught.value.code == code, caught.value
    return caught.value


@pytest.mark.parametrize("as_base64", [True, False])
@pytest.mark.parametrize("backwards", [True, False])
def test_vectors_come_in_the_order_of_the_texts(server, endpoint, as_base64, backwards):
    server.script = [answers(as_base64=as_base64, backwards=backwards)]
    texts = [f"text {n}" for n in range(250)]
    found = endpoint()
    np.testing.assert_allclose(found.encode(texts), _unit(texts), atol=1e-6)
    assert [len(seen.body["input"]) for seen in server.seen] == [96, 96, 58]
    assert {seen.path for seen in server.seen} == {"/v1/embeddings"}
    assert found.dimensions == 8
    assert isinstance(found, Encoder)


def test_dimensions_are_asked_for_once_where_nobody_encoded_yet(server, endpoint):
    found = endpoint()
    assert found.encode([]).shape == (0, 8)
    assert found.dimensions == 8
    assert len(server.seen) == 1


def test_odd_texts(server, endpoint):
    found = endpoint().encode(["", " ", "a\0b", "😀", "\ud83d", "x" * 1_000_000])
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)
    sent = [text for seen in server.seen for text in seen.body["input"]]
    assert sent[:2] == [" ", " "]
    assert max(map(len, sent)) == 24_000
    with pytest.raises(ModelError):
        endpoint().encode("one text")


@pytest.mark.parametrize("at", range(23_985, 24_000, 2))
def test_an_address_across_the_end_of_what_is_read_is_not_sent_by_half(server, endpoint, at):
    endpoint(redacted=True).encode([" " * at + "jane@example.com is my address"])
    (sent,) = server.seen[-1].body["input"]
    assert "jan" not in sent
    assert len(sent) <= 24_000


def test_texts_are_freed_of_personal_data_unless_the_server_is_here(server, endpoint):
    text = "write to jane@example.com"
    here = endpoint()
    assert not here.redacted
    here.encode([text])
    assert server.seen[-1].body["input"] == [text]
    asked = endpoint(redacted=True)
    asked.encode([text])
    assert "jane" not in server.seen[-1].body["input"][0]
    assert here.name != asked.name
    assert EndpointEncoder("https://api.example.com/v1", "m").redacted
    assert not EndpointEncoder("https://api.example.com/v1", "m", redacted=False).redacted


def test_the_factory_gives_one(server):
    found = encoder(server.url, model="small-embeddings")
    assert found.encode(["a"]).shape == (1, 8)
    found.close()


def test_a_busy_server_is_waited_for_as_long_as_it_asks(server, endpoint, waits):
    server.script = [gives(429, b"{}", Retry_After="3"), gives(503, b"{}"), answers()]
    np.testing.assert_allclose(endpoint().encode(["a"]), _unit(["a"]), atol=1e-6)
    assert waits[0] >= 3
    assert len(waits) == 2


NO_ANSWERS = {
    "key": (gives(401, b'{"error": {"message": "bad key"}}'), "CHAT-06"),
    "model": (gives(404, b'{"error": {"message": "no such model"}}'), "CHAT-07"),
    "html": (gives(200, b"<html>hello</html>", kind="text/html"), "CHAT-11"),
    "broken": (gives(500, b"oh"), "CHAT-10"),
    "moved": (gives(302, b"", Location="http://127.0.0.1:9/"), "CHAT-13"),
    "dropped": (lambda handler, _: handler.drop(), "CHAT-05"),
}


@pytest.mark.parametrize("name", NO_ANSWERS)
def test_answers_that_are_none(server, endpoint, name):
    behave, code = NO_ANSWERS[name]
    server.script = [behave]
    assert str(_refused(code, endpoint().encode, ["a"]).fix)


CHANGES = {
    "few": lambda answer: answer["data"].pop(),
    "many": lambda answer: answer["data"].append(answer["data"][0]),
    "none": lambda answer: answer.pop("data"),
    "text": lambda answer: answer.update(data="vectors"),
    "twice": lambda answer: answer["data"][1].update(index=0),
    "beyond": lambda answer: answer["data"][1].update(index=7),
    "short": lambda answer: answer["data"][1].update(embedding=[1.0, 2.0]),
    "empty": lambda answer: answer["data"][0].update(embedding=[]),
    "null": lambda answer: answer["data"][0].update(embedding=None),
    "words": lambda answer: answer["data"][0].update(embedding=["1"] * 8),
    "no base64": lambda answer: answer["data"][0].update(embedding="not base64!"),
    "bytes": lambda answer: answer["data"][0].update(embedding="AAAA"),
    "nan": lambda answer: answer["data"][0].update(embedding=[float("nan")] * 8),
    "endless": lambda answer: answer["data"][0].update(embedding=[10**400] * 8),
    "huge": lambda answer: answer["data"][0].update(embedding=[1e300] * 8),
    "numbers": lambda answer: answer.update(data=[1, 2]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_vectors_that_are_none(server, endpoint, name):
    server.script = [answers(change=CHANGES[name])]
    refused = _refused("CHAT-73", endpoint().encode, ["a", "b"])
    assert "small-embeddings" in str(refused.what)


def test_dimensions_that_change_on_the_way(server, endpoint):
    found = endpoint()
    found.encode(["a"])
    server.script = [answers(change=lambda answer: answer["data"][0].update(embedding=[1.0] * 4))]
    _refused("CHAT-73", found.encode, ["a"])


def test_dimensions_may_be_asked_for(server, endpoint):
    endpoint(dimensions=8).encode(["a"])
    assert server.seen[-1].body["dimensions"] == 8
    _refused("CHAT-73", endpoint(dimensions=16).encode, ["a"])


def test_a_stalled_server_ends_at_the_deadline(server, endpoint):
    server.script = [lambda handler, _: handler.wait(20)]
    _refused("CHAT-04", endpoint(limits=Limits(deadline=0.5, tries=1)).encode, ["a"])


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    found = EndpointEncoder(f"http://127.0.0.1:{port}/v1", "m", limits=Limits(deadline=5, tries=1))
    _refused("CHAT-02", found.encode, ["a"])
    found.close()


def test_a_certificate_that_nobody_trusts():
    import trustme

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1", "localhost").configure_cert(context)
    server = Server(context)
    server.script = [answers()]
    found = EndpointEncoder(server.url, "m", limits=Limits(deadline=5, tries=1))
    _refused("CHAT-03", found.encode, ["a"])
    found.close()
    server.stop()


def test_the_key_is_sent_and_shown_nowhere(server, endpoint, caplog):
    caplog.set_level(logging.DEBUG)
    found = endpoint(key=Secret(KEY))
    found.encode(["a"])
    assert server.seen[-1].headers["authorization"] == f"Bearer {KEY}"
    server.script = [gives(400, json.dumps({"error": {"message": f"key {KEY} is wrong"}}).encode())]
    with pytest.raises(ProviderError) as caught:
        found.encode(["a"])
    for text in (repr(found), found.name, str(caught.value), caplog.text):
        assert KEY not in text


def test_the_key_of_a_chat_model_stays_with_it(server, endpoint, monkeypatch):
    monkeypatch.setenv("SHOPWRIGHT_CHAT_KEY", KEY)
    endpoint().encode(["a"])
    assert "authorization" not in server.seen[-1].headers
    monkeypatch.setenv("SHOPWRIGHT_EMBEDDINGS_KEY", KEY)
    endpoint().encode(["a"])
    assert KEY in server.seen[-1].headers["authorization"]
