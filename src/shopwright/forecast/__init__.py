"""Forecasts of demand: what will sell, how sure that is, and how good the same forecast was before."""

from shopwright.forecast.backtest import backtest
from shopwright.forecast.judged import Backtest, Score
from shopwright.forecast.moving import moving_average
from shopwright.forecast.predict import Forecast, forecast, forecast_shop, reaching
from shopwright.forecast.study import prepare, study

__all__ = [
    "Backtest",
    "Forecast",
    "Score",
    "backtest",
    "forecast",
    "forecast_shop",
    "moving_average",
    "prepare",
    "reaching",
    "study",
]
