"""Periods in the places of patches, and back."""

import numpy as np
import pytest

from shopwright.forecast.cast import LEVELS
from shopwright.forecast.t5.shape import PATCH, SLOTS
from shopwright.forecast.t5.slots import slotted, unslotted


@pytest.mark.parametrize("period", PATCH)
@pytest.mark.parametrize("horizon", [1, 6, 7, 8, 9, 60, 120])
def test_there_and_back(period, horizon):
    values = np.random.default_rng(0).normal(size=(3, horizon)).astype(np.float32)
    there = slotted(values, period)
    n_patches = -(-horizon // PATCH[period])
    assert there.shape == (3, n_patches * SLOTS)
    assert there.dtype == np.float32
    assert (there != 0).sum() == values.size  # empty places hold zeros
    told = np.repeat(there[:, :, None], len(LEVELS), axis=2) + np.arange(len(LEVELS))
    back = unslotted(told, period, horizon)
    assert back.shape == (3, horizon, len(LEVELS))
    np.testing.assert_array_equal(back, values[:, :, None] + np.arange(len(LEVELS)))
