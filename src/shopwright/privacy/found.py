"""What was found where, and the kinds there are."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

from shopwright.i18n import Text, t

__all__ = ["KINDS", "LABELS", "Found", "Kind"]

Kind = Literal["EMAIL", "IBAN", "ID", "COMPANY", "CNPJ", "CPF", "CARD", "IP", "ADDRESS", "PHONE", "NAME", "MARK"]
KINDS: tuple[Kind, ...] = get_args(Kind)
LABELS: dict[Kind, Text] = {
    "EMAIL": t("e-mail address"),
    "IBAN": t("bank account (IBAN)"),
    "ID": t("Chinese resident identity number"),
    "COMPANY": t("Chinese unified social credit code"),
    "CNPJ": t("Brazilian company number (CNPJ)"),
    "CPF": t("Brazilian taxpayer number (CPF)"),
    "CARD": t("payment card number"),
    "IP": t("internet address (IP)"),
    "PHONE": t("phone number"),
    "ADDRESS": t("street address"),
    "NAME": t("name of a customer"),
    "MARK": t("text that looks like a placeholder"),
}


class Found(NamedTuple):
    """A piece of personal data: its kind and where it stands, end not included."""

    kind: Kind
    start: int
    end: int
