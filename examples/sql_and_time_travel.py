"""Questions in SQL, and the same questions asked on an earlier evening."""

import shopwright

shop = shopwright.demo(orders=3_000)

# Every table is a view. `order`, `at` and `return` are reserved words of SQL: put them in double quotes.
best = """
    select title, sum(units) as units, round(sum(revenue), 2) as revenue, count(distinct "order") as orders
    from order_lines join products using (sku)
    group by title
    order by revenue desc
    limit 5
"""
print(shop.sql(best))

# `until` hides what was not known that evening: later orders, but also later news about earlier ones.
then = shop.back(7)
statuses = f"""
    select coalesce(status, 'not known yet') as status, count(*) as orders
    from orders
    where day > date '{then.day}' - 7 and day <= '{then.day}'
    group by all
    order by all
"""
print(f"orders of the week to {then.day}, as known that evening:")
print(then.sql(statuses))
print(f"the same orders, as known on {shop.day}:")
print(shop.sql(statuses))

# A plan made on an earlier shop is the plan that would have been made then.
print(shopwright.plan(then).summary())
print(shopwright.plan(shop).summary())
