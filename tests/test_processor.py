"""Linear algebra is held to one thread for as long as anybody asks for it, and no longer."""

from threading import Event, Thread

import numpy as np
import pytest

from shopwright import processor
from shopwright.processor import one_thread


def _threads():
    return {each["num_threads"] for each in processor._controller().info() if each["user_api"] == "blas"}


@pytest.fixture
def two():
    with processor._controller().limit(limits=2):
        yield


def test_blocks_inside_one_another_hold_to_the_last(two):
    assert np.linalg.inv(np.eye(3)).shape == (3, 3)
    assert _threads() == {2}
    with one_thread():
        with one_thread():
            assert _threads() == {1}
        assert _threads() == {1}
    assert _threads() == {2}


def test_blocks_in_several_threads_let_go_of_nothing_that_another_holds():
    before = _threads()
    is_inside, may_leave, found = Event(), Event(), []

    def first():
        with one_thread():
            is_inside.set()
            may_leave.wait(10)
            found.append(("first", _threads()))

    def second():
        is_inside.wait(10)
        with one_thread():
            found.append(("second", _threads()))

    running = [Thread(target=each) for each in (first, second)]
    for thread in running:
        thread.start()
    is_inside.wait(10)
    may_leave.set()
    for thread in running:
        thread.join(20)
    assert found == [("first", {1}), ("second", {1})]
    assert _threads() == before


def test_an_error_inside_lets_go_too(two):
    with pytest.raises(ZeroDivisionError), one_thread(), one_thread():
        raise ZeroDivisionError
    assert _threads() == {2}
