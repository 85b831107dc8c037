"""Strategy: what every domain found, weighed in money and put into one plan."""

from shopwright.strategy.choose import Choice, LeftOut, choose
from shopwright.strategy.make import make_plan
from shopwright.strategy.plan import Missing, Plan
from shopwright.strategy.run import Run, latest_run, plan_shop
from shopwright.strategy.stored import read_plan

__all__ = ["Choice", "LeftOut", "Missing", "Plan", "Run", "choose", "latest_run", "make_plan", "plan_shop", "read_plan"]
