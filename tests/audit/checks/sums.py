"""Sums that a later stage keeps instead of counting (stage 02): they are what counting gives.
"""
from check import Check, Rule

CHECKS = [
    Check(
        """SELECT NULL::bigint AS order_id, NULL::bigint AS product_id, NULL::date AS day, category, coalesce(a.products, 0) AS counted,
                  coalesce(b.products, 0) AS kept
           FROM (SELECT category, count(*) AS products FROM catalog.products WHERE active GROUP BY category) a
           FULL JOIN catalog.category_counts b USING (category)""",
        (Rule("category-count", "the products of a category are counted right", "counted <> kept",
              "format('%s has %s products, %s are kept as their number', category, counted, kept)"),),
        needs=("catalog.category_counts",)),
    # what the sums have: up to a moment, and no days further back than anybody asks for (migration 006_bookings_sold.sql)
    Check(
        """SELECT NULL::bigint AS order_id, product_id, day, coalesce(a.quantity, 0) AS counted, coalesce(b.quantity, 0) AS kept
           FROM (SELECT product_id, (created_at AT TIME ZONE 'UTC')::date AS day, sum(quantity) AS quantity
                 FROM bookings.bookings
                 WHERE state = 'confirmed' AND created_at > now() - interval '39 days'
                   AND created_at < (SELECT at FROM bookings.sold_until)
                 GROUP BY 1, 2) a
           FULL JOIN (SELECT * FROM bookings.sold_days WHERE day > (now() AT TIME ZONE 'UTC')::date - 39) b USING (product_id, day)
           WHERE day > (now() AT TIME ZONE 'UTC')::date - 39""",
        (Rule("sold-days", "what was sold on a day is added up right", "counted <> kept",
              "format('%s were sold on that day, %s are kept as their number', counted, kept)"),),
        needs=("bookings.sold_until",)),
]

FIGURES = []
