"""The store: all of a commit or nothing of it, whoever reads, waits, dies or runs out of space."""

from __future__ import annotations

import contextlib
import inspect
import json
import random
import subprocess
import sys
import textwrap
import time
from datetime import UTC, datetime

import polars as pl
import pytest

from shopwright.errors import LockedError, StoreError
from shopwright.shop.schema import TABLES
from shopwright.shop.shop import open_shop
from shopwright.shop.store import MANIFEST, PREVIOUS, Store, file_hash

# Every commit writes the same mark into two tables: a reader that sees two marks saw half a commit.


def full(table, values):
    given = pl.DataFrame(values)
    return given.select(
        (pl.col(name) if name in given.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in TABLES[table].dtypes.items()
    )


def products(mark, rows=50):
    return full("products", {"sku": [f"s{i}" for i in range(rows)], "title": [mark] * rows})


def supply(mark, rows=50):
    return full("supply", {"sku": [f"s{i}" for i in range(rows)], "supplier": [mark] * rows})


def commit(store, mark):
    with store.lock(wait=60):
        store.commit({"products": products(mark), "supply": supply(mark)}, {"mark": mark})


HEAD = """
import sys
import polars as pl
from shopwright.shop.schema import TABLES
from shopwright.shop.store import Store

"""
SAME = "\n\n".join(inspect.getsource(function) for function in (full, products, supply, commit))


def _child(body: str, *arguments: object) -> subprocess.Popen[str]:
    script = HEAD + SAME + textwrap.dedent(body)
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _marks(root) -> set[str]:
    """The marks a reader finds, from one manifest; retries where a second commit took the files away."""
    for _ in range(50):
        try:
            shop = open_shop(root)
            titles, suppliers = pl.collect_all(
                [shop.frames["products"].select("title"), shop.frames["supply"].select("supplier")]
            )
        except (StoreError, FileNotFoundError):
            continue
        assert titles.height == suppliers.height == 50
        return {*titles["title"], *suppliers["supplier"]}
    raise AssertionError("no complete state could be read")


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "shop")


def _files(store) -> set[str]:
    return {path.name for path in store.tables.iterdir()}


def test_a_new_store_is_empty(store):
    assert not store.exists
    assert store.manifest()["tables"] == {}
    assert store.scan("products") is None


def test_a_commit_is_read_back_with_its_facts(store):
    commit(store, "one")
    assert store.exists
    assert store.scan("products").select("title").unique().collect().item() == "one"
    manifest = store.manifest()
    entry = manifest["tables"]["products"]
    assert entry["rows"] == 50
    assert entry["hash"] == file_hash(store.path(entry["file"]))
    assert manifest["imports"] == [{"mark": "one"}]
    assert datetime.fromisoformat(manifest["written_at"]) <= datetime.now(UTC)


def test_columns_are_stored_in_the_order_of_the_schema_whatever_order_they_come_in(store):
    given = products("x", 3)
    with store.lock():
        store.commit({"products": given.select(sorted(given.columns))}, {})
    assert store.scan("products").collect_schema() == pl.Schema(TABLES["products"].dtypes)


def test_a_table_that_is_not_part_of_a_commit_stays(store):
    commit(store, "one")
    with store.lock():
        store.commit({"products": products("two", 2)}, {})
    assert store.scan("supply").collect()["supplier"].unique().to_list() == ["one"]
    assert store.scan("products").collect().height == 2
    assert len(store.manifest()["imports"]) == 2


def test_undo_goes_back_and_once_more_forward(store):
    commit(store, "one")
    commit(store, "two")
    newest = store.manifest()
    assert store.undo()["imports"] == [{"mark": "one"}]
    assert _marks(store.root) == {"one"}
    assert store.undo() == newest
    assert _marks(store.root) == {"two"}


def test_after_an_undo_a_commit_that_dies_does_not_touch_what_was_undone(store):
    commit(store, "one")
    commit(store, "two")
    store.undo()
    writer = _child(
        """
        import os
        store = Store(sys.argv[1])
        put = store._put_in_force
        store._put_in_force = lambda manifest: os._exit(9)
        commit(store, "three")
        """,
        store.root,
    )
    assert writer.wait(60) == 9, writer.stderr.read()
    writer.communicate()
    assert _marks(store.root) == {"one"}
    store.undo()
    assert _marks(store.root) == {"two"}


def test_a_reader_of_a_state_that_was_undone_is_not_given_other_rows(store):
    commit(store, "one")
    commit(store, "two")
    reading = open_shop(store.root).table("products")
    store.undo()
    commit(store, "three")
    with contextlib.suppress(FileNotFoundError):  # gone is honest, other rows would not be
        assert reading.collect()["title"].unique().to_list() == ["two"]


def test_there_is_nothing_to_undo_before_a_second_commit(store):
    for _ in range(2):
        with pytest.raises(StoreError) as caught:
            store.undo()
        assert caught.value.code == "STORE-05"
        if not store.exists:
            commit(store, "one")


def test_a_manifest_that_cannot_be_read_is_explained_and_can_be_undone(store):
    commit(store, "one")
    commit(store, "two")
    (store.tables / MANIFEST).write_text("{", "utf-8")
    with pytest.raises(StoreError) as caught:
        store.manifest()
    assert caught.value.code == "STORE-01"
    assert "--undo" in str(caught.value.fix)
    store.undo()
    assert _marks(store.root) == {"one"}
    commit(store, "three")  # although the other manifest is broken now
    assert _marks(store.root) == {"three"}


@pytest.mark.parametrize(
    "text", ["[]", "{}", '{"tables": {}}', "null", '{"generation": "x", "tables": {}, "imports": []}']
)
def test_a_manifest_of_another_form_is_explained(store, text):
    commit(store, "one")
    (store.tables / MANIFEST).write_text(text, "utf-8")
    with pytest.raises(StoreError) as caught:
        open_shop(store.root)
    assert caught.value.code == "STORE-01"


def test_a_store_of_a_later_version_is_not_guessed_at(store):
    commit(store, "one")
    manifest = store.manifest() | {"format": 2}
    (store.tables / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(StoreError) as caught:
        store.manifest()
    assert caught.value.code == "STORE-10"


def test_a_table_file_that_is_gone_is_named(store):
    commit(store, "one")
    file = store.manifest()["tables"]["supply"]["file"]
    (store.tables / file).unlink()
    with pytest.raises(StoreError) as caught:
        store.scan("supply")
    assert caught.value.code == "STORE-02"
    assert file in str(caught.value.what)


def test_leftovers_are_collected_and_both_states_kept(store):
    for mark in ("one", "two"):
        commit(store, mark)
    leftovers = [".orders-000009.parquet.part", "orders-000009.parquet", ".manifest.json.1.tmp"]
    for name in leftovers:
        (store.tables / name).write_bytes(b"x")
    commit(store, "three")
    kept = {
        entry["file"]
        for name in (MANIFEST, PREVIOUS)
        for entry in json.loads((store.tables / name).read_text("utf-8"))["tables"].values()
    }
    assert _files(store) == kept | {MANIFEST, PREVIOUS}
    assert len(kept) == 4
    store.undo()
    assert _marks(store.root) == {"two"}


@pytest.mark.parametrize("is_first", [True, False])
def test_the_manifest_knows_which_tables_have_versions(store, is_first):
    key = products("x", 2)
    if not is_first:
        commit(store, "zero")
    with store.lock():
        manifest = store.commit({"products": pl.concat([key, key]), "supply": supply("x", 3)}, {})
    assert manifest["tables"]["products"]["has_versions"] is True
    assert manifest["tables"]["supply"]["has_versions"] is False


def test_readers_see_one_commit_or_the_next_while_a_writer_works(store):
    commit(store, "m0")
    writer = _child(
        """
        store = Store(sys.argv[1])
        for number in range(1, 25):
            commit(store, f"m{number}")
        """,
        store.root,
    )
    seen = set()
    while writer.poll() is None:
        marks = _marks(store.root)
        assert len(marks) == 1
        seen |= marks
    _, trouble = writer.communicate()
    assert writer.returncode == 0, trouble
    assert len(seen) > 1
    assert _marks(store.root) == {"m24"}


def test_a_writer_killed_at_any_moment_leaves_the_old_state_or_the_new(store):
    commit(store, "0")
    chance = random.Random(4)
    last = 0
    for _ in range(12):
        writer = _child(
            """
            store, number = Store(sys.argv[1]), int(sys.argv[2])
            print("ready", flush=True)
            while True:
                number += 1
                commit(store, str(number))
                print(number, flush=True)
            """,
            store.root,
            last,
        )
        assert writer.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.0, 0.12))
        writer.kill()
        told = [int(line) for line in writer.communicate()[0].split()]
        done = told[-1] if told else last
        (mark,) = _marks(store.root)
        assert int(mark) in (done, done + 1)  # killed after the rename, before it could say so
        last = int(mark)
    commit(store, "end")
    assert not [name for name in _files(store) if name.endswith((".part", ".tmp"))]
    assert _marks(store.root) == {"end"}
    assert last > 0


def test_a_second_writer_waits_for_the_first(store):
    commit(store, "zero")
    writer = _child(
        """
        import time
        store = Store(sys.argv[1])
        with store.lock():
            print("held", flush=True)
            time.sleep(0.4)
            store.commit({"products": products("first"), "supply": supply("first")}, {"mark": "first"})
        """,
        store.root,
    )
    assert writer.stdout.readline() == "held\n"
    commit(store, "second")
    writer.communicate()
    assert [record["mark"] for record in store.manifest()["imports"]] == ["zero", "first", "second"]


def test_a_second_writer_that_waited_long_enough_is_told_who_holds_the_lock(store):
    writer = _child(
        """
        import time
        sys.argv[0:2] = ["/usr/bin/shopwright", "import", "--sql", "postgresql://me:secret@host/db", sys.argv[1]]
        with Store(sys.argv[-1]).lock():
            print("held", flush=True)
            time.sleep(60)
        """,
        store.root,
    )
    try:
        assert writer.stdout.readline() == "held\n"
        with pytest.raises(LockedError) as caught, store.lock(wait=0.1):
            pass
        assert caught.value.code == "STORE-04"
        assert f"pid {writer.pid}" in str(caught.value.why)
        assert "shopwright import" in str(caught.value.why)
        assert "secret" not in (store.root / ".lock.json").read_text("utf-8")
    finally:
        writer.kill()
        writer.communicate()
    # the lock of a dead process is no obstacle, although its note still lies there
    assert (store.root / ".lock.json").exists()
    with store.lock(wait=0):
        pass
    assert not (store.root / ".lock.json").exists()


def test_two_threads_of_one_process_exclude_each_other_too(store):
    with store.lock(), pytest.raises(LockedError), Store(store.root).lock(wait=0.05):
        pass
    with store.lock():
        pass


def test_a_disk_that_is_full_leaves_the_old_tables(store):
    commit(store, "old")
    before = _files(store)
    writer = _child(
        """
        import resource
        from shopwright.errors import StoreError
        store = Store(sys.argv[1])
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        noise = pl.DataFrame({"title": pl.int_range(200_000, eager=True).shuffle(seed=1).cast(pl.String)})
        big = products("new", 200_000).with_columns(noise["title"])
        try:
            with store.lock():
                store.commit({"supply": supply("new"), "products": big}, {})
        except StoreError as error:
            print(error.code)
        """,
        store.root,
    )
    told, trouble = writer.communicate()
    assert told == "STORE-03\n", trouble
    assert _files(store) == before
    assert _marks(store.root) == {"old"}


def test_a_disk_that_is_full_for_the_manifest_keeps_the_way_back_too(store):
    commit(store, "one")
    commit(store, "two")
    writer = _child(
        """
        import resource
        from shopwright.errors import StoreError
        store = Store(sys.argv[1])
        try:
            with store.lock():
                put = store._put_in_force
                def on_a_full_disk(manifest):
                    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
                    put(manifest)
                store._put_in_force = on_a_full_disk
                store.commit({"products": products("three")}, {})
        except StoreError as error:
            print(error.code)
        """,
        store.root,
    )
    told, trouble = writer.communicate()
    assert told == "STORE-03\n", trouble
    assert _marks(store.root) == {"two"}
    store.undo()
    assert _marks(store.root) == {"one"}


def test_a_folder_that_cannot_be_written_is_explained(tmp_path):
    (tmp_path / "file").write_text("not a folder", "utf-8")
    with pytest.raises(StoreError) as caught, Store(tmp_path / "file" / "shop").lock():
        pass
    assert caught.value.code == "STORE-03"
