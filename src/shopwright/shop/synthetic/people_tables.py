"""Tables about people: customers, campaigns and who was written to. Every name and address is invented."""

from __future__ import annotations

import json

import numpy as np
import polars as pl

from shopwright.seeds import generator
from shopwright.shop.schema import names as c
from shopwright.shop.synthetic.calendar import BLOCK, Calendar
from shopwright.shop.synthetic.frames import CURRENCY, codes, days, finish, instants, pick
from shopwright.shop.synthetic.mail import SUBJECTS, Mailing
from shopwright.shop.synthetic.people import LANGUAGES, SEGMENTS, People
from shopwright.shop.synthetic.sales_tables import COUNTRIES, country_number

__all__ = ["campaigns", "customers", "exposures", "names"]

FIRST = (
    *("Testa", "Max", "Erika", "Jo", "Demo", "Ada", "Otto", "Lena", "Nils", "Mina", "Paul", "Vera", "Timo", "Iris"),
    *("Emil", "Rosa", "Karl", "Nora", "Hugo", "Lotte", "测试", "示例"),
)
LAST = ("Muster", "Beispiel", "Sample", "Example", "Platzhalter", "Demo", "Fiktiv", "Nirgendwo", "Testmann", "Probe")
CITIES = (
    ("Berlin", "Berlin", "10115"),
    ("Hamburg", "Hamburg", "20095"),
    ("Bayern", "München", "80331"),
    ("Nordrhein-Westfalen", "Köln", "50667"),
    ("Hessen", "Frankfurt", "60311"),
    ("Sachsen", "Leipzig", "04109"),
    ("Baden-Württemberg", "Stuttgart", "70173"),
    ("Bremen", "Bremen", "28195"),
)
DAY_US = 86_400_000_000


def names(crowd: People) -> pl.Series:
    """Codes of all customers."""
    return codes("C", np.arange(len(crowd)) + 1, 7)


def customers(crowd: People, calendar: Calendar, seed: int, timezone: str) -> pl.DataFrame:
    """Customers who joined until the last day, with consents."""
    draw = generator(seed, "addresses")
    n = len(crowd)
    code, city = names(crowd), draw.integers(0, len(CITIES), n)
    is_german = country_number(np.arange(n)) < 86
    midnight = np.where(
        crowd.joined >= 0, calendar.midnight[crowd.joined.clip(0)], calendar.midnight[0] + crowd.joined * DAY_US
    )
    attributes = [json.dumps({"came_by": way, "language": speech}) for way in SEGMENTS for speech in LANGUAGES]
    place = np.where(is_german, city, -1)
    first, last = draw.integers(0, len(FIRST), n), draw.integers(0, len(LAST), n)
    return finish(
        "customers",
        {
            c.CUSTOMER: code,
            c.NAME: pick(FIRST, first) + " " + pick(LAST, last),
            c.EMAIL: code.str.to_lowercase() + "@example.com",
            c.PHONE: "+49 30 23125 " + codes("", draw.integers(0, 1000, n), 3),
            c.COUNTRY: pick(COUNTRIES, np.searchsorted([86, 94, 98], country_number(np.arange(n)), side="right")),
            c.REGION: pick([row[0] for row in CITIES], place),
            c.CITY: pick([row[1] for row in CITIES], place),
            c.POSTCODE: pick([row[2] for row in CITIES], place),
            c.STREET: "Musterstraße " + pl.Series("n", draw.integers(1, 120, n)).cast(pl.String),
            c.CONSENT_EMAIL: crowd.may_mail,
            c.CONSENT_SMS: crowd.may_text,
            c.CONSENT_PROFILING: crowd.may_profile,
            c.ATTRIBUTES: pick(attributes, crowd.segment * len(LANGUAGES) + crowd.language),
            c.UPDATED_AT: instants(midnight + draw.integers(3 * 3600, 6 * 3600, n) * 1_000_000),
        },
        timezone,
    )


def campaigns(mails: dict[int, Mailing], calendar: Calendar, timezone: str) -> pl.DataFrame:
    """One row for each campaign."""
    rows = [mails[block] for block in sorted(mails)]
    start = np.array([row.block * BLOCK for row in rows], np.int64)
    sent = [int((~row.is_control).sum()) for row in rows]
    return finish(
        "campaigns",
        {
            c.CAMPAIGN: [row.name for row in rows],
            c.CHANNEL: ["email"] * len(rows),
            c.KIND: [SUBJECTS[row.subject][1] for row in rows],
            c.FROM_DAY: days(calendar.first, start),
            c.TO_DAY: days(calendar.first, start + BLOCK - 1),
            c.SUBJECT: [SUBJECTS[row.subject][0] for row in rows],
            c.TEXT: [f"{SUBJECTS[row.subject][0]}. See what is new in the shop." for row in rows],
            c.SPEND: [round(20 + 0.01 * n, 2) for n in sent],
            c.CURRENCY: [CURRENCY] * len(rows),
        },
        timezone,
    )


def exposures(
    mails: dict[int, Mailing], crowd_names: pl.Series, calendar: Calendar, seed: int, timezone: str
) -> pl.DataFrame:
    """Who was written to, who was left out on purpose, and what they did within the week."""
    frames = []
    for block in sorted(mails):
        mail, draw = mails[block], generator(seed, "opened", block)
        n = len(mail.who)
        opened = ~mail.is_control & (mail.buys | (draw.random(n) < 0.38))
        clicked = opened & (mail.buys | (draw.random(n) < 0.22))
        day = np.full(n, block * BLOCK)
        told = pl.Series("told", ~mail.is_control)
        nothing = pl.Series("none", [None] * n, pl.Boolean)
        columns = {
            c.CAMPAIGN: [mail.name] * n,
            c.CUSTOMER: pick(crowd_names, mail.who),
            c.AT: instants(calendar.instants(day, np.full(n, 6 * 3600))),
            c.DAY: days(calendar.first, day),
            c.ARM: pick(("mail", "control"), mail.is_control.astype(np.int64)),
            c.IS_OPENED: pl.Series("opened", opened).zip_with(told, nothing),
            c.IS_CLICKED: pl.Series("clicked", clicked).zip_with(told, nothing),
            c.IS_CONVERTED: mail.buys,
            c.SPEND: mail.spent / 100,
        }
        frames.append(finish("exposures", columns, timezone))
    return pl.concat(frames)
