"""A guard between models and people: what is said must be in the evidence, what is read is never an instruction.

guarded(write, facts, template) ──▶ check ──▶ told why, once more ──▶ template
fence(text) around what outsiders wrote; injections(text) says what in it would order a model about
"""

from shopwright.language.guard.checking import Problem, Verdict, check
from shopwright.language.guard.facts import Facts
from shopwright.language.guard.fences import NOTE, fence
from shopwright.language.guard.injection import Finding, injections
from shopwright.language.guard.names import Catalogue
from shopwright.language.guard.writing import Guarded, guarded, guarded_chat

__all__ = [
    "NOTE",
    "Catalogue",
    "Facts",
    "Finding",
    "Guarded",
    "Problem",
    "Verdict",
    "check",
    "fence",
    "guarded",
    "guarded_chat",
    "injections",
]
