"""E-mail and internet addresses."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from shopwright.privacy.found import Found
from shopwright.privacy.labels import is_version

__all__ = ["emails", "ips"]

_NOT_CJK = r"[^\W\u2e80-\u9fff\uf900-\ufaff\uac00-\ud7af]"
_LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]*[A-Za-z0-9_+-]$")
_LOCAL_WIDE = re.compile(rf"(?:{_NOT_CJK}|[.%+-])*{_NOT_CJK}$")
_LOCAL_ANY = re.compile(r"[\w.+-]*\w$")
_DOMAIN = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+(?:xn--[A-Za-z0-9-]{2,59}|[A-Za-z]{2,24})(?![0-9])"
)
_DOMAIN_WIDE = re.compile(r"(?:[\w-]{1,63}\.)+[^\W\d_]{2,24}")
_PICTURE = re.compile(r"[0-9](?:\.[0-9])?x\.(?:png|jpe?g|webp|gif|svg|avif)", re.IGNORECASE)  # logo@2x.png
_SPELLED = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][A-Za-z0-9._+-]{0,63} ?(?:\(at\)|\[at\]|\(arroba\)) ?"
    r"[A-Za-z0-9-]{1,63}(?:(?: ?(?:\(dot\)|\[dot\]|\(ponto\)) ?| dot |\.)[A-Za-z0-9-]{2,24}){1,4}",
    re.IGNORECASE,
)
_AT_SPELLED = ("(at)", "[at]", "(AT)", "[AT]", "(arroba)")
_V4 = re.compile(r"(?<![0-9A-Za-z.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9A-Za-z]|\.[0-9])")
_V6 = re.compile(r"(?<![0-9A-Za-z:.])[0-9A-Fa-f:]{6,39}(?::[0-9]{1,3}(?:\.[0-9]{1,3}){3})?(?![0-9A-Za-z])")


def emails(text: str) -> Iterator[Found]:
    """Addresses around each @ sign; those that spell the sign out, `jane (at) example dot com`."""
    at = text.find("@")
    while at >= 0:
        domain = _DOMAIN.match(text, at + 1, at + 256) or _DOMAIN_WIDE.match(text, at + 1, at + 256)
        if domain is None:  # mostly: an @ before a name, or a price at which something is sold
            at = text.find("@", at + 1)
            continue
        before = text[max(0, at - 64) : at]
        local = _LOCAL.search(before)
        if not local or (local.start() and re.match(_NOT_CJK, before[local.start() - 1])):
            local = _LOCAL_WIDE.search(before) or _LOCAL_ANY.search(before)
        if local and not _PICTURE.fullmatch(domain.group()):
            name = local.group()
            yield Found("EMAIL", at - len(name.lstrip(".'/=?!#&*{|}")), domain.end())
        at = text.find("@", at + 1)
    if any(sign in text for sign in _AT_SPELLED):
        yield from (Found("EMAIL", *match.span()) for match in _SPELLED.finditer(text))


def ips(text: str) -> Iterator[Found]:
    """Internet addresses of either version; four numbers that a word before them calls a version stay."""
    for match in _V4.finditer(text):
        if len(match.group()) > 7 and _is_ip(match.group()) and not is_version(text, match.start()):
            yield Found("IP", *match.span())
    if text.count(":") < 2:
        return
    for match in _V6.finditer(text):
        plain = match.group().rstrip(":") if not match.group().endswith("::") else match.group()
        groups = [group for group in plain.split(":") if group]
        is_long = len(groups) > 2 or any(len(group) > 2 for group in groups)  # 00::35 is a slip of the pen
        if is_long and re.search("[0-9]", plain) and plain.count(":") > 1 and _is_ip(plain):
            yield Found("IP", match.start(), match.start() + len(plain))


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
