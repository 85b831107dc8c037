"""The store: what is written is read back, undone and collected, and what is broken is explained."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime

import polars as pl
import pytest
from tests.shop.stored import child, commit, files, marks, products, supply

from shopwright.errors import StoreError
from shopwright.shop.schema import TABLES
from shopwright.shop.shop import open_shop
from shopwright.shop.store import MANIFEST, PREVIOUS, Store, file_hash


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "shop")


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
    assert marks(store.root) == {"one"}
    assert store.undo() == newest
    assert marks(store.root) == {"two"}


def test_after_an_undo_a_commit_that_dies_does_not_touch_what_was_undone(store):
    commit(store, "one")
    commit(store, "two")
    store.undo()
    writer = child(
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
    assert marks(store.root) == {"one"}
    store.undo()
    assert marks(store.root) == {"two"}


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
    assert marks(store.root) == {"one"}
    commit(store, "three")  # although the other manifest is broken now
    assert marks(store.root) == {"three"}


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
    assert files(store) == kept | {MANIFEST, PREVIOUS}
    assert len(kept) == 4
    store.undo()
    assert marks(store.root) == {"two"}


@pytest.mark.parametrize("is_first", [True, False])
def test_the_manifest_knows_which_tables_have_versions(store, is_first):
    key = products("x", 2)
    if not is_first:
        commit(store, "zero")
    with store.lock():
        manifest = store.commit({"products": pl.concat([key, key]), "supply": supply("x", 3)}, {})
    assert manifest["tables"]["products"]["has_versions"] is True
    assert manifest["tables"]["supply"]["has_versions"] is False
