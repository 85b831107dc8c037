"""A study of your own: a function from a shop to proposals, weighed against all the built-in ones.

This one looks for stock that will not be sold for a long time and says what sending it back would save.
"""

from collections.abc import Iterator

import shopwright
from shopwright import Evidence, Gain, Money, Proposal, Shop, Text
from shopwright.shop.sql import quoted

AHEAD = 0.5  # years
SURPLUS = """
    with sold as (
        select sku, sum(units) as sold from order_lines where day > date '{day}' - 182 group by sku
    ), held as (
        select sku, on_hand, day from stock qualify row_number() over (partition by sku order by day desc) = 1
    )
    select sku, title, cost, on_hand, held.day as counted, coalesce(sold, 0) as sold
    from held join products using (sku) left join sold using (sku)
    where cost is not null and on_hand > 2 * coalesce(sold, 0) + 10 and on_hand > 0
    order by sku
"""


def surplus_stock(shop: Shop) -> Iterator[Proposal]:
    """Propose to send back what the next half-year will not sell."""
    if not shop.has("stock", "products", "order_lines"):
        return
    for row in shop.sql(SURPLUS.format(day=shop.day)).iter_rows(named=True):
        yield proposal(shop, row)


def proposal(shop: Shop, row: dict) -> Proposal:
    """What to send back of one product, and what that saves."""
    rate = shop.settings.money.holding_rate

    def saved(growth: float) -> float:
        """Cost of holding, for half a year, what is left over if sales are `growth` times those of the last one."""
        return max(row["on_hand"] - growth * row["sold"], 0) * row["cost"] * rate * AHEAD

    units = row["on_hand"] - row["sold"]
    return Proposal(
        domain="inventory",
        action="send_back",
        subject=row["sku"],
        title=both(f"Send back {units:,.0f} of {row['title']}", f"退回 {units:,.0f} 件 {row['title']}"),
        change={"sku": row["sku"], "units": -units},
        gain=Gain(saved(2.0), saved(1.0), saved(0.5), shop.currency),
        cost=Money(0.0, shop.currency),
        how=both(
            f"units left after half a year like the last one × cost of {row['cost']:,.2f} × {rate:.0%} a year, for "
            "half a year; range: twice and half the sales",
            f"未来半年若与过去半年销量相同，剩余件数 × 成本 {row['cost']:,.2f} × 年持有费率 {rate:.0%}，计半年；"
            "区间对应销量翻倍与减半",
        ),
        as_of=shop.day,
        evidence=(
            Evidence(
                both(
                    f"{row['on_hand']:,.0f} on hand on {row['counted']}, {row['sold']:,.0f} sold in the last 182 days",
                    f"{row['counted']} 库存 {row['on_hand']:,.0f} 件，过去 182 天售出 {row['sold']:,.0f} 件",
                ),
                table="stock",
                where=f"sku = {quoted(row['sku'])} and day = '{row['counted']}'",
            ),
        ),
    )


def both(english: str, chinese: str) -> Text:
    """A text in both of the languages that reports are written in."""
    return Text.from_json({"en": english, "zh": chinese})


if __name__ == "__main__":
    shop = shopwright.demo()
    plan = shopwright.plan(shop, studies=[surplus_stock])
    everything = [*plan.chosen, *(item.proposal for item in plan.left_out)]
    ours = [found for found in everything if found.action == "send_back"]
    print(plan.summary())
    print(f"{len(ours)} from our own study, {sum(found in plan.chosen for found in ours)} of them in the plan:")
    for found in ours[:5]:
        print(f"- {found.title}: gain {found.gain}")
        print(f"  {found.evidence[0].says}")
