"""What a classifier tried, and what it took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from shopwright.i18n import Text, t

__all__ = ["Candidate", "Report"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One combination of heads, judged on texts it had not learned from.

    Attributes:
        heads: weight of each head: `words` (n-grams), `vectors` (nearness), `joined` (both in one), `spread` (nearness
            that learned from texts without labels too).
        encoder: name of the encoder its vectors came from; empty without one.
        accuracy: share of held-out texts whose class it found.
        surprise: mean negative log-likelihood of the right classes, in nats.
        is_tuned: its encoder was tuned on the texts; judged on one held-out part only.
    """

    heads: Mapping[str, float]
    encoder: str
    accuracy: float
    surprise: float
    is_tuned: bool = False

    @property
    def name(self) -> str:
        """Its heads, as in `joined + vectors`, and whether the encoder was tuned."""
        return " + ".join(self.heads) + (" (tuned)" if self.is_tuned else "")


@dataclass(frozen=True, slots=True)
class Report:
    """All candidates and which of them was taken.

    Attributes:
        picked: name of the candidate that was taken.
        encoder: name of its encoder; empty without one.
        candidates: all that were judged, in the order in which they were tried.
        n_texts: texts it learned from.
        n_held: texts the candidates were judged on; 0 where there were too few to hold any out.
        n_outside: texts from outside of every class.
        n_mixed: texts that came with more than one label.
        settled: the first candidate left nothing to gain, and dearer ones were not tried.
        n_unlabelled: different texts without labels, beside the others.
        is_helped: whether it learned from those; they are left alone where they do not help, or nothing can tell.
        believed: share of held-out texts whose class it found after its n-grams had learned from their own answers
            about texts without labels; the candidates' figures are from before. None where that was not tried.
        n_believed: how many of the held-out texts that was tried on.
        n_learned: texts that the encoder was tuned on, too; candidates are not judged by those.
        seconds: how long fitting took; wall clock.
    """

    picked: str
    encoder: str
    candidates: tuple[Candidate, ...]
    n_texts: int
    n_held: int
    n_outside: int = 0
    n_mixed: int = 0
    settled: bool = False
    n_unlabelled: int = 0
    is_helped: bool = False
    believed: float | None = None
    n_believed: int = 0
    n_learned: int = 0
    seconds: float = field(default=0.0, compare=False)

    @property
    def sentence(self) -> Text:
        """What was picked and why, in one sentence."""
        if not self.n_unlabelled:
            return self._compared
        told, n = self._compared, f"{self.n_unlabelled:,}"
        if self.believed is not None:
            return t(
                "{told}; with what it learned from {n} texts without labels right for {right} % of {held} of them",
                told=told, n=n, right=f"{100 * self.believed:.1f}", held=f"{self.n_believed:,}",
            )  # fmt: skip
        if self.is_helped:
            return t("{told}; it learned from {n} texts without labels, too", told=told, n=n)
        return t("{told}; {n} texts without labels were left alone, as nothing showed that they help", told=told, n=n)

    @property
    def _compared(self) -> Text:
        if not self.candidates and self.n_learned:
            return t(
                "{name}: the encoder was tuned on {n} of these texts, which cannot say how good it is, so nothing was "
                "compared; with tune=True a part is held out from the tuning",
                name=self.picked, n=f"{self.n_learned:,}",
            )  # fmt: skip
        if not self.candidates:
            return t("{name}: too few texts of each class to hold some out, so nothing was compared", name=self.picked)
        best = next(candidate for candidate in self.candidates if candidate.name == self.picked)
        right, held = f"{100 * best.accuracy:.1f}", f"{self.n_held:,}"
        if self.settled:
            return t(
                "{name}: right for {right} % of {held} held-out texts; nothing dearer could gain more than chance",
                name=self.picked, right=right, held=held,
            )  # fmt: skip
        others = ", ".join(
            f"{other.name} {100 * other.accuracy:.1f}" for other in self.candidates if other.name != self.picked
        )
        return t(
            "{name}: right for {right} % of {held} held-out texts ({others})",
            name=self.picked, right=right, held=held, others=others or "-",
        )  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        """For a JSON file; `from_json` reads it."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Report:
        """What `as_json` wrote."""
        candidates = tuple(Candidate(**candidate) for candidate in value["candidates"])
        return cls(**{**value, "candidates": candidates})
