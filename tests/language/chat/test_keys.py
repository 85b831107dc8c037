"""Secrets: where they come from, where they go, and that they are seen nowhere else."""

from __future__ import annotations

import json
import logging
import pickle
import traceback

import pytest
from tests.language.chat.server import Server, chunks_of, drops, events_of, gives, page, refuses, says, streams

from shopwright.errors import ProviderError
from shopwright.language.configured import chat
from shopwright.language.keys import Secret, find_key, mask
from shopwright.language.providers.address import checked, is_here

loopback = pytest.mark.loopback
KEY = "sk-Very-Secret-0123456789"


@loopback
def test_the_key_is_sent_as_a_header_and_seen_nowhere_else(server, client, monkeypatch, caplog, tmp_path):
    monkeypatch.setenv("SHOPWRIGHT_CHAT_KEY", KEY)
    caplog.set_level(logging.DEBUG)
    folder = tmp_path / "shop"
    model = client(root=folder, tries=2)
    shown = [
        repr(model),
        repr(model.transport),
        repr(vars(model.transport)["_line"]),
        str(model.name),
        repr(model.ledger),
    ]
    server.does(
        says(f"you sent {KEY}"),
        refuses(401, f"Incorrect API key provided: {KEY}"),
        gives({"error": f"Bearer {KEY} is wrong"}),
        page(),
        lambda handler, _: handler.give(200, f"<p>{KEY}</p>".encode(), "text/html"),
        lambda handler, _: handler.give(302, b"", Location=f"https://elsewhere.example/?api_key={KEY}"),
        streams(f'data: {{"error": "{KEY}"}}\n\n'.encode()),
        gives({"error": f"no such key: {KEY}"}),  # not streamed after all
        gives({"choices": [], "key": KEY}),
        drops,
    )
    model.reply("Hi")
    for _ in range(4):
        with pytest.raises(ProviderError) as caught:
            model.reply("Hi")
        shown.append(
            "".join(traceback.format_exception(caught.value)) + repr(caught.value) + str(caught.value.as_dict())
        )
        assert caught.value.__context__ is None
    for _ in range(5):
        with pytest.raises(ProviderError) as caught:
            list(model.stream("Hi"))
        shown.append("".join(traceback.format_exception(caught.value)))
    assert server.seen[0].headers["authorization"] == f"Bearer {KEY}"
    shown += [caplog.text, json.dumps(model.ledger.rows())]
    shown += [file.read_bytes().decode("latin-1") for file in folder.iterdir()]
    assert not [text for text in shown if KEY in text]


@loopback
def test_a_key_does_not_follow_to_another_host(server, client, monkeypatch):
    monkeypatch.setenv("SHOPWRIGHT_CHAT_KEY", KEY)
    other = Server()
    try:
        server.does(lambda handler, _: handler.give(307, b"", Location=other.url))
        with pytest.raises(ProviderError) as caught:
            client().reply("Hi")
        assert caught.value.code == "CHAT-13"
        assert str(other.server_port) in str(caught.value.why)
        assert other.seen == []
    finally:
        other.stop()


@loopback
def test_a_proxy_is_not_asked_the_way_to_this_machine(server, client, monkeypatch):
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert client().reply("Hi").text == "Hello!"


@pytest.mark.parametrize(
    "mode, is_read", [(0o600, True), (0o400, True), (0o640, False), (0o604, False), (0o620, False)]
)
def test_a_key_file_is_for_its_owner_alone(tmp_path, mode, is_read):
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")
    file.chmod(mode)
    if is_read:
        assert find_key("http://x", file).reveal() == KEY
        return
    with pytest.raises(ProviderError) as caught:
        find_key("http://x", file)
    assert caught.value.code == "CHAT-23"
    assert "chmod 600" in str(caught.value.fix)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("content", [b"\xff\xfe", None], ids=["no text", "missing"])
def test_a_key_file_that_cannot_be_read_is_explained(tmp_path, content):
    if content:
        (tmp_path / "key").write_bytes(content)
        (tmp_path / "key").chmod(0o600)
    with pytest.raises(ProviderError) as caught:
        find_key("http://x", tmp_path / "key")
    assert caught.value.code == "CHAT-24"


@pytest.mark.parametrize("value", ["sk-a\nsk-b", "ключ", "two words"])
def test_a_key_that_is_none_is_explained_without_showing_it(monkeypatch, value):
    monkeypatch.setenv("SHOPWRIGHT_CHAT_KEY", value)
    with pytest.raises(ProviderError) as caught:
        find_key("http://x")
    assert caught.value.code == "CHAT-43"
    assert value not in str(caught.value)


def test_a_providers_own_variable_goes_to_that_provider_alone(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert find_key("https://api.openai.com/v1").reveal() == KEY
    assert not find_key("https://api.openai.com.example.org/v1")
    assert not find_key("https://gateway.example/v1")
    monkeypatch.setenv("MINE", "mine")
    assert find_key("https://api.openai.com/v1", variable="MINE").reveal() == "mine"


def test_a_secret_shows_nothing():
    secret = Secret(KEY)
    for text in (repr(secret), str(secret), f"{secret}", f"{secret!r:>20}", repr([secret])):
        assert KEY not in text
    with pytest.raises(TypeError):
        pickle.dumps(secret)


@pytest.mark.parametrize(
    "text, left",
    [
        ("postgres://jane:pw@host/db", "postgres://•••@host/db"),
        ("https://h/?key=abc&x=1", "https://h/?•••&x=1"),
        ("Authorization: Bearer abcdef", "Authorization: •••"),
        ("a task-force of sketch-makers", "a task-force of sketch-makers"),
    ],
)
def test_what_looks_like_a_secret_is_masked(text, left):
    assert mask(text) == left


@pytest.mark.parametrize(
    "url, code",
    [
        ("api.openai.com/v1", "CHAT-25"),
        ("ftp://host/v1", "CHAT-25"),
        ("https://", "CHAT-25"),
        ("http://host:99999/v1", "CHAT-25"),
        ("http://[::1/v1", "CHAT-25"),
        ("http://ho\nst/v1", "CHAT-25"),
        ("https://user:hunter22@host/v1", "CHAT-26"),
        ("https://host/v1?api-key=hunter22", "CHAT-26"),
        ("http://api.example.com/v1", "CHAT-37"),
    ],
)
def test_addresses_that_cannot_be_used_are_explained_without_their_secret(url, code):
    with pytest.raises(ProviderError) as caught:
        checked(url, has_key=True)
    assert caught.value.code == code
    assert "hunter22" not in str(caught.value) + repr(caught.value)


@pytest.mark.parametrize(
    "url", ["http://localhost:1/v1", "http://ollama:11434/v1", "http://192.168.1.5/v1", "http://[::1]:1/v1"]
)
def test_near_servers_may_be_spoken_to_in_clear(url):
    assert checked(url + "/", has_key=True) == url


@pytest.mark.parametrize(
    "url, here", [("http://127.1.2.3/v1", True), ("http://[::1]/v1", True), ("http://192.168.0.2/v1", False)]
)
def test_what_is_on_this_machine(url, here):
    assert is_here(url) is here


def test_a_missing_key_is_said_before_anything_is_sent(tmp_path):
    with pytest.raises(ProviderError) as caught:
        chat("gpt-5-mini", url="https://api.openai.com/v1", shop=tmp_path)
    assert caught.value.code == "CHAT-27"
    assert "OPENAI_API_KEY" in str(caught.value.fix)


def test_without_a_model_it_is_said_how_to_set_one_up(tmp_path):
    from shopwright.language.configured import chat_if_any

    assert chat_if_any(tmp_path) is None
    with pytest.raises(ProviderError) as caught:
        chat(shop=tmp_path)
    assert caught.value.code == "CHAT-01"


def test_events_of_the_server_are_as_expected():
    assert events_of(chunks_of("ab", usage=False), done=False).count(b"data:") == 2
