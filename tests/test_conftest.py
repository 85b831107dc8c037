"""The floor the other tests stand on holds."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_socket import SocketBlockedError, SocketConnectBlockedError


@pytest.mark.filterwarnings("ignore:A test tried")
def test_network_is_off():
    with pytest.raises(SocketBlockedError):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


@pytest.mark.loopback
@pytest.mark.filterwarnings("ignore:A test tried")
def test_loopback_is_allowed_where_asked_for_and_nothing_beyond():
    # the system takes the connection in before anybody accepts it: no thread, so no race with the closing
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5),
    ):
        server.accept()[0].close()
    with pytest.raises(SocketConnectBlockedError), socket.socket() as other:
        other.connect(("192.0.2.1", 80))


def test_home_is_not_the_developers(tmp_path_factory):
    assert Path.home() == tmp_path_factory.getbasetemp() / "home"


@given(st.integers())
def test_settings_of_the_shell_are_hidden_even_from_properties(number):
    hidden = [name for name in os.environ if name.startswith("SHOPWRIGHT_") and "_TEST_" not in name]
    assert not hidden


def test_postgres_is_real_and_each_test_has_its_own_database(postgres):
    import psycopg

    with psycopg.connect(postgres) as connection:
        assert connection.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone() == (0,)


def test_chromium_is_real_and_has_no_network(page):
    from playwright.sync_api import Error

    page.set_content("<h1>明天的计划</h1>")
    assert page.locator("h1").inner_text() == "明天的计划"
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://shop.example/")
