"""The cache of vectors: never another result, whatever happens to its file."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.errors import ModelError, StoreError
from shopwright.language.vectors import cached


class Counting:
    """A small encoder that remembers what it was asked."""

    dimensions = 8

    def __init__(self, name="counting-1"):
        self.name, self.asked = name, []

    def encode(self, texts):
        self.asked.append(list(texts))
        rows = [
            np.frombuffer(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest(), np.uint8) for text in texts
        ]
        rows = np.array(rows, np.float32).reshape(len(texts), 32)[:, :8] + 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    @property
    def n_texts(self):
        return sum(map(len, self.asked))


@given(st.lists(st.lists(st.text(alphabet=st.characters(), max_size=3), max_size=6), max_size=4))
def test_the_cache_changes_nothing(batches):
    inner = cached(Counting(), kept=3)
    for texts in batches:
        np.testing.assert_array_equal(inner.encode(texts), Counting().encode(texts))


def test_a_text_is_encoded_once_in_a_batch_and_not_again():
    inner = Counting()
    kept = cached(inner)
    kept.encode(["a", "b", "a", "a"])
    kept.encode(["b", "c"])
    assert inner.asked == [["a", "b"], ["c"]]


def test_memory_is_bounded_and_what_is_used_stays():
    inner = Counting()
    kept = cached(inner, kept=2)
    for text in ("a", "b", "a", "c", "a", "b"):
        kept.encode([text])
    assert inner.asked == [["a"], ["b"], ["c"], ["b"]]


def test_a_batch_larger_than_memory_is_whole():
    texts = [str(number) for number in range(100)]
    np.testing.assert_array_equal(cached(Counting(), kept=5).encode(texts), Counting().encode(texts))


def test_a_caller_cannot_spoil_what_is_kept():
    kept = cached(Counting())
    kept.encode(["a"])[:] = 0
    np.testing.assert_array_equal(kept.encode(["a"]), Counting().encode(["a"]))


def test_the_file_outlives_the_process_and_holds_no_text(tmp_path):
    file = tmp_path / "deep" / "vectors.sqlite"
    cached(Counting(), file).encode(["a secret of jane@example.com"])
    inner = Counting()
    np.testing.assert_array_equal(
        cached(inner, file).encode(["a secret of jane@example.com"])[0, :8], _one("a secret of jane@example.com")
    )
    assert inner.n_texts == 0
    for part in file.parent.iterdir():
        assert b"jane" not in part.read_bytes()


def test_encoders_do_not_read_each_others_vectors(tmp_path):
    cached(Counting("one"), tmp_path / "v").encode(["a"])
    other = Counting("two")
    cached(other, tmp_path / "v").encode(["a"])
    assert other.n_texts == 1


def test_the_file_is_bounded(tmp_path):
    kept = cached(Counting(), tmp_path / "v", kept=1, megabytes=1)
    for start in range(0, 30_000, 5_000):
        kept.encode([str(number) for number in range(start, start + 5_000)])
    with sqlite3.connect(tmp_path / "v") as file:
        (n,) = file.execute("select count(*) from vectors").fetchone()
    file.close()
    assert 8_000 < n <= 1_000_000 // (4 * 8 + 64)
    inner = Counting()
    cached(inner, tmp_path / "v").encode(["29999"])
    assert inner.n_texts == 0


@pytest.mark.parametrize(
    "content", [b"this is no database, but long enough to look at" * 40, b"SQLite format 3\0" + b"\xff" * 5000]
)
def test_a_damaged_file_is_thrown_away_and_said_so(tmp_path, caplog, content):
    file = tmp_path / "v"
    file.write_bytes(content)
    with caplog.at_level(logging.WARNING, "shopwright"):
        kept = cached(Counting(), file)
        np.testing.assert_array_equal(kept.encode(["a"]), Counting().encode(["a"]))
    assert "begun anew" in caplog.text
    inner = Counting()
    cached(inner, file).encode(["a"])
    assert inner.n_texts == 0


def test_a_file_damaged_while_it_is_used_costs_nothing_but_time(tmp_path, caplog):
    file = tmp_path / "v"
    kept = cached(Counting(), file, kept=0)
    kept.encode(["a"])
    for part in tmp_path.iterdir():
        part.write_bytes(b"\xff" * 5000)
    with caplog.at_level(logging.WARNING, "shopwright"):
        np.testing.assert_array_equal(kept.encode(["a", "b"]), Counting().encode(["a", "b"]))
    assert "damaged" in caplog.text


def test_a_table_of_another_version_is_begun_anew(tmp_path):
    file = sqlite3.connect(tmp_path / "v")
    file.execute("create table vectors (old text)")
    file.execute("pragma user_version = 99")
    file.commit()
    file.close()
    np.testing.assert_array_equal(cached(Counting(), tmp_path / "v").encode(["a"]), Counting().encode(["a"]))


def test_a_vector_of_another_length_is_not_taken(tmp_path):
    kept = cached(Counting(), tmp_path / "v", kept=0)
    kept.encode(["a"])
    file = sqlite3.connect(tmp_path / "v")
    file.execute("update vectors set vector = x'0000803f'")
    file.commit()
    file.close()
    np.testing.assert_array_equal(kept.encode(["a"]), Counting().encode(["a"]))


def test_a_place_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "file" / "v", tmp_path):
        with pytest.raises(StoreError) as caught:
            cached(Counting(), path)
        assert caught.value.code == "MODEL-06"


def test_threads_share_one(tmp_path):
    kept = cached(Counting(), tmp_path / "v", kept=50)
    batches = [[str((start * 7 + at) % 90) for at in range(40)] for start in range(24)]
    with ThreadPoolExecutor(4) as pool:
        for texts, vectors in zip(batches, pool.map(kept.encode, batches), strict=True):
            np.testing.assert_array_equal(vectors, Counting().encode(texts))


def test_processes_share_a_file(tmp_path):
    code = """
import sys
from shopwright.language import encoder
from shopwright.language.vectors import cached
kept = cached(encoder("static"), sys.argv[1])
for number in range(int(sys.argv[2]) * 100, int(sys.argv[2]) * 100 + 150):
    assert (kept.encode([f"order {number}"]) == encoder("static").encode([f"order {number}"])).all()
"""
    command = [sys.executable, "-W", "error", "-c", code, str(tmp_path / "v")]
    running = [subprocess.Popen([*command, str(part)], stderr=subprocess.PIPE) for part in range(2)]
    assert [(process.communicate(timeout=120)[1], process.returncode) for process in running] == [(b"", 0)] * 2
    with closing(sqlite3.connect(tmp_path / "v")) as file:
        assert file.execute("select count(*) from vectors").fetchone() == (250,)


def test_not_strings_are_refused():
    with pytest.raises(ModelError):
        cached(Counting()).encode(["a", 1])


def _one(text):
    return Counting().encode([text])[0]
