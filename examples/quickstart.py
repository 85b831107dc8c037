"""A shop, its tables, a plan: the whole library in a dozen lines.

The shop is synthetic, the same at every run; with exports of your own, replace the first line of the script by
`shop = shopwright.open("myshop")`.
"""

import shopwright

shop = shopwright.demo(seed=0, orders=3_000)
print(shop)
print(shop.table("order_lines").select("order", "sku", "day", "units", "price", "revenue").head(3).collect())

plan = shopwright.plan(shop, budget=500)
print(plan.summary())
for proposal in plan.chosen[:5]:
    print(f"- {proposal.title}: gain {proposal.gain}, cost {proposal.cost}")
    print(f"  how computed: {proposal.how}")

print(f"left out: {len(plan.left_out)}; the first one because {plan.left_out[0].reason}")
