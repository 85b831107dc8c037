"""Texts of reviews as the sentiment is read from them: no tags, one form of signs, negated words marked."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence

from shopwright.language.classifier.grams import Grams, Shape, count
from shopwright.language.classifier.normal import normal

__all__ = ["SCRIPTS", "counted", "is_ironic", "is_japanese", "is_mute", "plain", "script", "sentences"]

SCRIPTS = ("han", "words")  # texts without spaces between words, and all others
_HALF = 4_000  # characters of the beginning and of the end that are read: a verdict stands there
_SHAPES = {"han": Shape((1, 5), 1, 5), "words": Shape((1, 0), 2)}

_TAG = re.compile(r"<[a-zA-Z/!][^<>]{0,500}>")
_LOOKS = re.compile("[\ufe0e\ufe0f\u200d\U0001f3fb-\U0001f3ff]")  # how an emoji is drawn, not what it says
_FACES = {  # faces of two and three signs, and signs of the first plane, as one letter each
    **dict.fromkeys((":-)", ":)", "=)", "^_^", ":d", ";)"), " 🙂 "),
    **dict.fromkeys((":-(", ":(", "=(", ":'(", "t_t"), " 🙁 "),
}
_FACE = re.compile("|".join(re.escape(face) for face in _FACES), re.IGNORECASE)
_SIGN = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]")
_AGAIN = re.compile(r"(.)\1{3,}", re.DOTALL)
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa]")  # の and of names stand in Chinese texts, too
_LETTER = re.compile(r"[^\W\d_]")
# Korean and Thai: one syllable is a word, as a Chinese sign is
_SYLLABLE = re.compile("[\u0e01-\u0e4e\u3131-\u318e\uac00-\ud7a3]")
_MARK = re.compile(r"\d\s?(?:[/／]\s?\d|[*%])|\b[a-d]\s?\+|</?3")  # 10/10, 5*, 100 %, A+, <3
_ENDS = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？!?…;；~])|\n+")

# English, Portuguese and Spanish, German, French; after an apostrophe was taken for a straight one.
_NO = re.compile(
    r"\b(not|no|never|nothing|hardly|without|cannot|\w+n't|(?:do|does|did|is|was|are|were|wo|would|could|ca)nt|"
    r"não|nao|nem|nunca|sem|ni|nada|sin|jamás|nicht|kein\w*|nie|ohne|niemals|pas|jamais|sans)\b([^.,;:!?()\n]{0,60})"
)
_WORD = re.compile(r"[^\W_]+")
_BUT = re.compile(r"\b(?:but|however|although|though|mas|porém|pero|aunque|aber|jedoch|mais)\b.*", re.DOTALL)
_IRONY = re.compile(
    r"\b(?:yeah,? right|thanks for nothing|thanks a lot for|as if|how lovely|just what i needed|great job|/s)(?!\w)|"
    r"\boh (?:great|wonderful|joy)\b|[\"“”'](?:quality|new|premium|luxury|fast|service|silk|leather)[\"“”']|"
    r"🙄|🙃|呵呵|也是醉了|真是服了|谢谢你(?:们)?全家|可真行|太[“\"][^”\"]{1,6}[”\"]了|好一个"
)


def plain(text: str | None) -> str:
    """Lower case on one line: tags and entities resolved, emoji kept, `soooooo` as `sooo`.

    Of a long text the middle is cut; None is an empty text.
    """
    if not text:
        return ""
    if len(text) > 4 * _HALF:  # nothing but what is read needs to be cleaned; tags may take as much again
        text = f"{text[: 2 * _HALF]}\n{text[-2 * _HALF :]}"
    if "<" in text or "&" in text:
        text = _TAG.sub(" ", html.unescape(text))
    text = _FACE.sub(lambda found: _FACES[found[0].lower()], _LOOKS.sub("", text).replace("’", "'"))
    text = _AGAIN.sub(r"\1\1\1", text)
    text = normal(text)
    return text if len(text) <= 2 * _HALF else f"{text[:_HALF]} {text[-_HALF:]}"


def _spelt(text: str) -> str:
    """Emoji as words of one letter, so that they are counted among words."""
    if text.isascii():
        return text
    return _SIGN.sub(lambda found: f" {chr(max(ord(found[0]), 0x10000 + ord(found[0]) % 0x10000))} ", text)


def script(text: str) -> str:
    """`han` where a quarter of the letters and more are Chinese or Japanese signs, else `words`."""
    han = len(_HAN.findall(text))
    return "han" if han and 4 * han >= len(_LETTER.findall(text)) else "words"


def is_japanese(texts: Sequence[str]) -> bool:
    """Whether most of these plain texts hold more kana than a name does: a fifth of their signs."""
    return 2 * sum(5 * len(_KANA.findall(text)) > len(_HAN.findall(text)) for text in texts) > len(texts)


def counted(texts: Sequence[str], written: str) -> Grams:
    """N-grams of plain texts of one script: up to five signs in a row, or words and their pairs, negated ones apart."""
    return count([_spelt(_marked(text)) for text in texts] if written == "words" else list(texts), _SHAPES[written])


def _marked(text: str) -> str:
    """Words that follow a negation in its clause become other words (Das & Chen 2001; Pang et al. 2002)."""
    return _NO.sub(lambda found: found[1] + _WORD.sub(r"\g<0>ⁿ", _BUT.sub("", found[2])) + _kept(found[2]), text)


def _kept(clause: str) -> str:
    found = _BUT.search(clause)
    return found[0] if found else ""


def sentences(text: str) -> list[str]:
    """The sentences of a text as it was given, without tags; those that say nothing left out."""
    bare = _TAG.sub("\n", html.unescape(text)) if "<" in text or "&" in text else text
    return [part.strip() for part in _ENDS.split(bare) if _LETTER.search(part) or _is_emoji(part)]


def _is_emoji(part: str) -> bool:
    return any(ord(sign) >= 0x1F300 for sign in part)


def is_ironic(text: str) -> bool:
    """Whether a plain text bears a mark of irony: set phrases, praise in quotation marks, rolling eyes."""
    return _IRONY.search(text) is not None


def is_mute(text: str) -> bool:
    """Whether a plain text says nothing: no word, sign or mark such as 10/10, or one letter over and over ("xxxx")."""
    if any(told.search(text) for told in (_HAN, _SYLLABLE, _SIGN, _MARK)):
        return False
    return len({sign for sign in text if unicodedata.category(sign)[0] in "LM"}) < 2  # letters and their marks
