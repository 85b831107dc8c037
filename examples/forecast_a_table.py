"""Forecast a plain table of sales: no shop, no folder, no files."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from shopwright.forecast import forecast

# Two years of two products: umbrellas sell steadily, sunscreen was out of stock for the last month.
random = np.random.default_rng(0)
days = [date(2024, 1, 1) + timedelta(days=at) for at in range(728)]
rates = {"umbrella": np.full(728, 4.0), "sunscreen": np.full(728, 9.0)}
sales = pl.concat(
    pl.DataFrame({"sku": sku, "day": days, "units": random.poisson(rate).astype(float), "in_stock": True})
    for sku, rate in rates.items()
)
was_out = (pl.col("sku") == "sunscreen") & (pl.col("day") > days[-29])
sales = sales.with_columns(pl.when(was_out).then(0.0).otherwise("units").alias("units"), (~was_out).alias("in_stock"))

demand = forecast(sales, 6, freq="W")
print(demand.frame().select("sku", "day", "mean", "q0.1", "q0.9"))

for sku, total in zip(demand.skus, demand.total(6, 0.9), strict=True):
    print(f"{sku}: {demand.mean[demand.row[sku]].sum():.0f} expected in 6 weeks; {total:.0f} are enough 9 times in 10")
    print("  made of " + ", ".join(f"{part.name} {part.units:+.0f}" for part in demand.explain(sku)))
print(f"how: {demand.how}")
