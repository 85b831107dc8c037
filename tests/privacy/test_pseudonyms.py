"""Pseudonyms: stable for a key, unlinkable between keys, and a key that stays secret."""

from __future__ import annotations

import hashlib
import hmac
import os
import pickle
import re
import threading

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.errors import StoreError, UsageError
from shopwright.privacy.pseudonyms import VARIABLE, Pseudonyms

KEY = bytes(range(32))


def test_a_pseudonym_is_the_published_hmac():
    """Worked out once more with the standard library's one-shot function and other digits: RFC 2104 as it stands."""
    code = hmac.digest(
        KEY, hashlib.sha256(b"shopwright customer\0").digest()[:0] + b"shopwright customer\0C1001", "sha256"
    )
    number = int.from_bytes(code[:10])
    digits = "abcdefghijklmnopqrstuvwxyz234567"
    expected = "".join(digits[number >> 5 * at & 31] for at in reversed(range(16)))
    assert Pseudonyms(KEY).of("C1001") == f"c_{expected}"


@given(st.text(), st.text())
def test_same_in_same_out_and_other_keys_differ(one, other):
    pseudonyms, others = Pseudonyms(KEY), Pseudonyms(b"another key of 32 bytes or so...")
    assert pseudonyms.of(one) == Pseudonyms(KEY).of(one)
    assert (pseudonyms.of(one) == pseudonyms.of(other)) == (one == other)
    assert pseudonyms.of(one) != others.of(one)
    assert re.fullmatch("c_[a-z2-7]{16}", pseudonyms.of(one))


def test_a_column_gets_the_same_ids():
    pseudonyms = Pseudonyms(KEY)
    column = pl.Series("customer", ["a", None, "b", "a"])
    assert pseudonyms.of_all(column).to_list() == [pseudonyms.of("a"), None, pseudonyms.of("b"), pseudonyms.of("a")]
    assert pseudonyms.of_all(column).name == "customer"
    assert pseudonyms.of_all(pl.Series([1, 2])).to_list() == [pseudonyms.of("1"), pseudonyms.of("2")]
    assert pseudonyms.of_all(pl.Series([], dtype=pl.String)).to_list() == []
    assert pseudonyms.of_all(pl.Series([None], dtype=pl.String)).to_list() == [None]


def test_the_key_is_made_once_and_is_secret(tmp_path):
    file = tmp_path / "new" / "pseudonyms.key"
    first = Pseudonyms.open(file).of("a")
    assert Pseudonyms.open(file).of("a") == first
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(bytes.fromhex(file.read_text())) == 32
    assert os.listdir(file.parent) == ["pseudonyms.key"]


def test_two_that_start_at_once_get_one_key(tmp_path):
    found: list[str] = []
    starts = threading.Barrier(8)

    def start():
        starts.wait()
        found.append(Pseudonyms.open(tmp_path / "key").of("a"))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_the_environment_comes_first(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, KEY.hex())
    assert Pseudonyms.open(tmp_path / "key").of("a") == Pseudonyms(KEY).of("a")
    assert not (tmp_path / "key").exists()
    monkeypatch.setenv(VARIABLE, "not hexadecimal")
    with pytest.raises(UsageError, match="PRIVACY-06") as error:
        Pseudonyms.open(tmp_path / "key")
    assert "not hexadecimal" not in str(error.value)


def test_bad_keys_are_refused(tmp_path):
    with pytest.raises(UsageError, match="PRIVACY-05"):
        Pseudonyms(b"short")
    file = tmp_path / "key"
    file.write_text(KEY.hex())
    file.chmod(0o644)
    with pytest.raises(StoreError, match="PRIVACY-07"):
        Pseudonyms.open(file)
    file.unlink()
    file.mkdir(0o700)
    with pytest.raises(StoreError, match="PRIVACY-08"):
        Pseudonyms.open(file)


def test_the_key_does_not_leak():
    pseudonyms = Pseudonyms(KEY)
    assert KEY.hex() not in repr(pseudonyms)
    assert repr(KEY) not in repr(pseudonyms)
    with pytest.raises(TypeError):
        pickle.dumps(pseudonyms)
