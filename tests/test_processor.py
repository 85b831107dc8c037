"""Linear algebra is held to one thread for as long as anybody asks for it, and no longer."""

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


def test_the_last_of_several_blocks_lets_go(two):
    assert np.linalg.inv(np.eye(3)).shape == (3, 3)
    assert _threads() == {2}
    first, second = one_thread(), one_thread()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert _threads() == {1}, "the second is still inside"
    second.__exit__(None, None, None)
    assert _threads() == {2}


def test_an_error_inside_lets_go_too(two):
    with pytest.raises(ZeroDivisionError), one_thread(), one_thread():
        raise ZeroDivisionError
    assert _threads() == {2}
