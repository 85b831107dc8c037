"""Errors: four parts, the same on every surface, and a code for each situation."""

from __future__ import annotations

import inspect
import pickle
import re

import pytest

from shopwright import errors
from shopwright.errors import ExtraMissing, LockedError, ShopError, StoreError, UsageError
from shopwright.i18n import t, use, using

CLASSES = {
    name: kind
    for name, kind in vars(errors).items()
    if inspect.isclass(kind) and issubclass(kind, Exception) and kind.__module__ == errors.__name__
}


def _error() -> LockedError:
    return LockedError(
        t("{root} is being written to", root="myshop"),
        why=t("the disk is full"),
        fix=t("wait until it has finished, then run the command again"),
        code="STORE-04",
    )


def test_an_error_says_what_why_fix_and_code():
    assert str(_error()) == (
        "[STORE-04] myshop is being written to. the disk is full. "
        "wait until it has finished, then run the command again"
    )


@pytest.mark.parametrize("missing", ["why", "fix", "code"])
def test_no_part_can_be_left_out(missing):
    parts = {"why": "w", "fix": "f", "code": "X-01"}
    del parts[missing]
    with pytest.raises(TypeError):
        ShopError("what", **parts)


def test_an_error_travels_between_processes_and_keeps_its_language():
    found = pickle.loads(pickle.dumps(_error()))
    assert type(found) is LockedError
    assert found.as_dict() == _error().as_dict()
    with using("zh"):
        assert found.as_dict() == _error().as_dict()
        assert "磁盘" in found.as_dict()["why"]


def test_the_parts_are_told_in_the_language_in_force():
    english = _error().as_dict()
    assert english["code"] == "STORE-04"
    assert english["why"] == "the disk is full"
    use("zh")
    chinese = _error().as_dict()
    assert chinese["code"] == "STORE-04"
    assert all(re.search("[\u4e00-\u9fff]", chinese[part]) for part in ("what", "why", "fix"))
    assert "myshop" in chinese["what"]


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes():
    drawn = {}
    stack: list[tuple[int, str]] = []
    for line in errors.__doc__.splitlines():
        found = re.match(r"^([ │├└─]*)([A-Z]\w+)( |$)", line)
        if found and found[2] in CLASSES:
            depth = len(found[1])
            while stack and stack[-1][0] >= depth:
                stack.pop()
            drawn[found[2]] = stack[-1][1] if stack else "Exception"
            stack.append((depth, found[2]))
    assert drawn == {name: kind.__bases__[0].__name__ for name, kind in CLASSES.items()}


def test_every_class_is_public_and_there_are_at_most_a_dozen():
    assert set(errors.__all__) == set(CLASSES)
    assert len(CLASSES) <= 12


def test_a_usage_error_exits_with_2_and_every_other_with_1():
    assert {name for name, kind in CLASSES.items() if kind.exit_code != 1} == {"UsageError"}
    assert UsageError.exit_code == 2


def test_a_missing_library_comes_with_its_install_line():
    error = ExtraMissing.of("psycopg", "postgres")
    assert "pip install 'shopwright[postgres]'" in str(error.fix)
    assert isinstance(error, ShopError)
    assert not isinstance(error, StoreError)
