"""Forecasts of demand: what will sell, how sure that is, and how good the same forecast was before."""

from shopwright.forecast.ablation import Ablation, ablation
from shopwright.forecast.backtest import backtest
from shopwright.forecast.judged import Backtest, Score
from shopwright.forecast.moving import moving_average
from shopwright.forecast.predict import Forecast, farther, forecast, forecast_shop, reaching
from shopwright.forecast.price import elasticities, weights, what_if
from shopwright.forecast.study import prepare, study
from shopwright.forecast.t5.model import DemandT5
from shopwright.forecast.weights import readable
from shopwright.forecast.what_if import WhatIf

__all__ = [
    "Ablation",
    "Backtest",
    "DemandT5",
    "Forecast",
    "Score",
    "WhatIf",
    "ablation",
    "backtest",
    "elasticities",
    "farther",
    "forecast",
    "forecast_shop",
    "moving_average",
    "prepare",
    "reaching",
    "readable",
    "study",
    "weights",
    "what_if",
]
