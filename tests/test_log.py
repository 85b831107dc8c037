"""Logging: one tree, silent until somebody listens."""

from __future__ import annotations

import logging

from shopwright.log import logger


def test_nothing_is_said_unless_somebody_listens(capsys):
    logger("shopwright.shop.store").warning("heard by nobody")
    assert capsys.readouterr() == ("", "")


def test_every_logger_is_a_child_of_ours(caplog):
    with caplog.at_level(logging.INFO, logger="shopwright"):
        logger("shopwright.shop.store").info("written")
    assert [(record.name, record.message) for record in caplog.records] == [("shopwright.shop.store", "written")]
