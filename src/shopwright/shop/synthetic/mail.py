"""E-mail campaigns with a randomised control arm, and what they truly do to each segment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shopwright.seeds import generator
from shopwright.shop.synthetic.calendar import BLOCK, Bools, Calendar, Floats, Ints
from shopwright.shop.synthetic.people import SEGMENTS, People

__all__ = ["CONTROL_SHARE", "SUBJECTS", "Mailing", "mailings"]

CONTROL_SHARE = 0.3
MOST = 30_000  # recipients of one campaign
SUBJECTS = (
    ("New in: colours of the season", "newsletter"),
    ("Back in stock: your favourites", "reminder"),
    ("A small thank-you inside", "offer"),
    ("Made to last: how we choose our makers", "newsletter"),
    ("Only this week: free shipping", "offer"),
)
# Chance to buy in the week, left alone and written to. Friends buy anyway, fairs never, marketplaces are put off.
CONTROL = {"search": 0.06, "ads": 0.05, "friend": 0.13, "fair": 0.015, "marketplace": 0.08}
UPLIFT = {"search": 0.055, "ads": 0.03, "friend": 0.0, "fair": 0.0, "marketplace": -0.04}


@dataclass(frozen=True, slots=True)
class Mailing:
    """One campaign; arrays have one place per customer in it.

    Attributes:
        name: its code.
        block: block of days in which it works; it is sent on the first morning.
        subject: index into `SUBJECTS`.
        who: customers.
        is_control: left out on purpose.
        buys: whether they buy in the block; those who should but found no order to make are set to False.
        control: planted chance to buy of each segment when left alone.
        treated: planted chance to buy of each segment when written to.
        spent: money spent in the block, in cents; filled while orders are made.
    """

    name: str
    block: int
    subject: int
    who: Ints
    is_control: Bools
    buys: Bools
    control: Floats
    treated: Floats
    spent: Ints


def mailings(crowd: People, calendar: Calendar, orders: int, seed: int) -> dict[int, Mailing]:
    """Campaigns by block: every sixth week at first, every third in the last year, the last one a fortnight ago."""
    blocks = calendar.n_days // BLOCK
    year_ago = max(0, blocks - 52)
    chosen = [*range(8, year_ago, 6), *range(max(8, year_ago), blocks - 2, 3), blocks - 2]
    found = {}
    for number, block in enumerate(sorted(set(chosen))):
        draw = generator(seed, "mailing", block)
        force = 1.0 + 0.25 * (SUBJECTS[number % len(SUBJECTS)][1] == "offer")
        control = np.array([CONTROL[name] for name in SEGMENTS])
        treated = control + force * np.array([UPLIFT[name] for name in SEGMENTS])
        mean = 0.3 * control.mean() + 0.7 * treated.mean()
        # Who buys because of a mail needs an order to make: at most four in ten orders of the week come from these.
        most = min(MOST, round(0.4 * orders * BLOCK / calendar.n_days / mean))
        can = np.flatnonzero(crowd.may_mail & crowd.buying(block) & (crowd.joined <= (block - 1) * BLOCK))
        who = np.sort(draw.permutation(can)[:most])
        is_control = draw.random(len(who)) < CONTROL_SHARE
        segment = crowd.segment[who]
        buys = draw.random(len(who)) < np.where(is_control, control[segment], treated[segment])
        name = f"mail-{calendar.day(block * BLOCK):%Y-%m-%d}"
        spent = np.zeros(len(who), np.int64)
        found[block] = Mailing(name, block, number % len(SUBJECTS), who, is_control, buys, control, treated, spent)
    return found
