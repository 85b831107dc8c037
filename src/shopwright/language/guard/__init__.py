"""A guard between models and people: what is said must be in the evidence, what is read is never an instruction."""

from shopwright.language.guard.checking import Problem, Verdict, check
from shopwright.language.guard.facts import Facts
from shopwright.language.guard.names import Catalogue
from shopwright.language.guard.writing import Guarded, guarded

__all__ = ["Catalogue", "Facts", "Guarded", "Problem", "Verdict", "check", "guarded"]
