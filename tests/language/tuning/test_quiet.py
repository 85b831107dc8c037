"""The training libraries' switches are set back: who has tuned a model can still load one from the hub."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from shopwright.language.tuning.quiet import quiet

pytestmark = pytest.mark.train

FIRST_IMPORTED_INSIDE = """
import os
from shopwright.language.tuning.quiet import quiet
with quiet():
    from datasets import config
    from huggingface_hub import constants
    print(constants.HF_HUB_OFFLINE, config.HF_HUB_OFFLINE)
print(constants.HF_HUB_OFFLINE, config.HF_HUB_OFFLINE, os.environ.get("HF_HUB_OFFLINE"))
"""


def _is_offline():
    from datasets import config
    from huggingface_hub import constants

    assert constants.HF_HUB_OFFLINE == config.HF_HUB_OFFLINE
    return constants.is_offline_mode()


@pytest.mark.parametrize("told, printed", [(None, "False False None"), ("1", "True True 1")])
def test_libraries_first_imported_inside_are_as_the_user_told_them_afterwards(told, printed):
    environment = {name: value for name, value in os.environ.items() if "OFFLINE" not in name}
    environment |= {"HF_HUB_OFFLINE": told} if told else {}
    done = subprocess.run(
        [sys.executable, "-c", FIRST_IMPORTED_INSIDE], env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.stdout.splitlines() == ["True True", printed], done.stderr


def test_blocks_inside_each_other_and_side_by_side_are_shut_until_the_last_ends():
    before = _is_offline()
    first, second = quiet(), quiet()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)  # the one that began first ends first, as in two threads
    assert _is_offline()
    second.__exit__(None, None, None)
    assert _is_offline() == before


def test_a_block_that_breaks_off_sets_them_back_too():
    before = _is_offline()
    with pytest.raises(AssertionError, match="online"), quiet():
        assert not _is_offline(), "not online"
    assert _is_offline() == before
