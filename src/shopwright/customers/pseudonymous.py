"""Tables in which customers stand under other names, as long as nobody asks for their own."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import polars as pl

from shopwright.errors import UsageError
from shopwright.i18n import t
from shopwright.privacy.pseudonyms import Pseudonyms
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["Masks", "find_customer", "masks_of", "unmasked"]

FILE = "pseudonyms.key"


class Masks:
    """Puts pseudonyms in the place of customers' ids; without a key it leaves them as they are."""

    def __init__(self, pseudonyms: Pseudonyms | None) -> None:
        self._pseudonyms = pseudonyms

    @property
    def is_masking(self) -> bool:
        """Whether ids are hidden."""
        return self._pseudonyms is not None

    def of(self, table: pl.DataFrame) -> pl.DataFrame:
        """The table with the column of customers hidden."""
        if self._pseudonyms is None:
            return table
        return table.with_columns(self._pseudonyms.of_all(table[c.CUSTOMER]).alias(c.CUSTOMER))


def masks_of(shop: Shop, *, real: bool = False) -> Masks:
    """Masks with the key in the shop's folder, made on first use; `real` leaves ids as they are.

    A shop in memory gets a key of its own that is gone with it.

    Raises:
        UsageError: the key cannot be read (PRIVACY-05, -06).
        StoreError: the key's file is open to others, or cannot be read or written (PRIVACY-07, -08).
    """
    if real:
        return Masks(None)
    if shop.path is None:
        return Masks(Pseudonyms(secrets.token_bytes(32)))
    return Masks(Pseudonyms.open(shop.path / FILE))


def unmasked(shop: Shop, pseudonym: str, customers: Sequence[str]) -> str | None:
    """The id behind a pseudonym; None where it is the pseudonym of none of these customers.

    Raises:
        UsageError: the key cannot be read (PRIVACY-05, -06).
        StoreError: the key's file is open to others, or cannot be read (PRIVACY-07, -08).
    """
    if not pseudonym.startswith("c_") or shop.path is None or not (shop.path / FILE).is_file():
        return None
    names = Pseudonyms.open(shop.path / FILE).of_all(pl.Series(c.CUSTOMER, customers, dtype=pl.String))
    return next((customer for customer, name in zip(customers, names, strict=True) if name == pseudonym), None)


def find_customer(shop: Shop, asked: str, customers: Sequence[str]) -> str:
    """The id of the customer who was asked for, by id or by pseudonym.

    Raises:
        UsageError: there is no such customer (CUSTOMERS-10).
    """
    wanted = asked.strip()
    if wanted in set(customers):
        return wanted
    found = unmasked(shop, wanted, customers)
    if found is not None:
        return found
    raise UsageError(
        t("there is no customer {customer}", customer=repr(asked)),
        why=t("it is neither the id nor the pseudonym of one of the {n:,} customers who bought", n=len(customers)),
        fix=t("look it up in the list: shopwright customers SHOP --csv FILE"),
        code="CUSTOMERS-10",
    )
