"""A command run in this process, as a test calls it."""

import contextlib
import io

import pytest

from shopwright import i18n
from shopwright.cli.app import main

__all__ = ["called"]


def called(*arguments):
    """Its exit code, and what it wrote to both streams."""
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        i18n.using(None),
        pytest.raises(SystemExit) as left,
    ):
        main([str(argument) for argument in arguments])
    return int(left.value.code or 0), out.getvalue(), err.getvalue()
