"""What to show to whom: models that learn what follows what, judged on what customers went on to buy."""

from __future__ import annotations

from shopwright.recommend.answer import Answer, Question, answer
from shopwright.recommend.assortment import assortment
from shopwright.recommend.bundles import Bundles, bundles
from shopwright.recommend.evaluate import evaluate, evaluate_shop
from shopwright.recommend.evaluation import Evaluation
from shopwright.recommend.judged_log import JudgedLog, judge_log
from shopwright.recommend.kept import Kept, fit_shop, kept
from shopwright.recommend.listed import Listed
from shopwright.recommend.offpolicy import OffPolicy, off_policy
from shopwright.recommend.pairs import Pairs, pairs
from shopwright.recommend.policylog import judge_policy, read_log
from shopwright.recommend.recommender import Recommender
from shopwright.recommend.rules import Rules
from shopwright.recommend.shelf import Shelf
from shopwright.recommend.study import study
from shopwright.recommend.surfaces import SURFACES, Surfaces
from shopwright.recommend.training import Trained, train, train_shop

__all__ = [
    "SURFACES",
    "Answer",
    "Bundles",
    "Evaluation",
    "JudgedLog",
    "Kept",
    "Listed",
    "OffPolicy",
    "Pairs",
    "Question",
    "Recommender",
    "Rules",
    "Shelf",
    "Surfaces",
    "Trained",
    "answer",
    "assortment",
    "bundles",
    "evaluate",
    "evaluate_shop",
    "fit_shop",
    "judge_log",
    "judge_policy",
    "kept",
    "off_policy",
    "pairs",
    "read_log",
    "study",
    "train",
    "train_shop",
]
