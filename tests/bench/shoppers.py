"""What visitors of a data set ask for, drawn from the data itself.

Popular products are asked for as often as they were booked, shoppers come as often as they have bought, and
search for words that stand in titles. The same seed asks the same questions, so that two stages on the same
data set can be compared question by question.
"""
import datetime
import itertools
import json
import random
import secrets

from people import People
from wire import Wire, request

SHOPPERS = 200

POPULAR = """
SELECT p.id, count(*) FROM bookings.bookings b JOIN catalog.products p ON p.id = b.product_id AND p.active
GROUP BY p.id ORDER BY p.id"""

DECILES = """
SELECT unnest(percentile_disc(ARRAY[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]) WITHIN GROUP (ORDER BY price_cents))
FROM catalog.products"""


class Shoppers:
    def __init__(self, stack, seed=1):
        self.stack, self.dice = stack, random.Random(seed)
        self.today = datetime.datetime.now(datetime.timezone.utc).date()
        self.products, booked = zip(*((int(a), int(b)) for a, b in stack.rows(POPULAR)))
        self.booked = list(itertools.accumulate(booked))
        self.categories = [row[0] for row in stack.rows("SELECT slug FROM catalog.categories ORDER BY slug")]
        self.deciles = [int(row[0]) for row in stack.rows(DECILES)]
        titles = stack.rows(f"SELECT title FROM catalog.products WHERE id IN ({','.join(map(str, self.some(300)))}) ORDER BY id")
        self.words = [word for title, in titles for word in title.lower().split() if len(word) >= 4 and word.isalpha()]
        people = People(stack, SHOPPERS)
        self.people, self.admin = people.buyers, people.admin
        self.numbers = itertools.count(1)
        self.cursors, self.pictures = {}, []

    def some(self, count):
        return self.dice.choices(self.products, cum_weights=self.booked, k=count)

    def product(self):
        return self.some(1)[0]

    def picture(self):
        """The key of one."""
        if not self.pictures:
            self.pictures = [row[0] for row in self.stack.rows(
                "SELECT picture FROM catalog.products WHERE picture IS NOT NULL ORDER BY id LIMIT 10000")]
        return self.dice.choice(self.pictures)

    def shopper(self):
        return self.dice.choice(self.people)

    def day(self, first, last):
        """A day, counted from today."""
        return (self.today + datetime.timedelta(days=self.dice.randint(first, last))).isoformat()

    def span(self, start, days):
        """from=…&to=…, both included, `start` counted from today."""
        begin = self.today + datetime.timedelta(days=start)
        return f"from={begin}&to={begin + datetime.timedelta(days=days - 1)}"

    def unique(self, prefix):
        return f"{prefix}-{secrets.token_hex(6)}-{next(self.numbers)}"

    def deep(self, url, path, pages, token=None):
        """The path with the cursor that leads behind that many pages; walked there once."""
        if path not in self.cursors:
            wire, cursor = Wire(url), None
            for _ in range(pages):
                status, body, _ = wire.exchange(request("GET", path + (f"&cursor={cursor}" if cursor else ""), token))
                if status != 200:
                    raise SystemExit(f"GET {path}: {status} {body[:300].decode()}")
                following = json.loads(body)["next_cursor"]
                if following is None:
                    break
                cursor = following
            wire.close()
            self.cursors[path] = path + (f"&cursor={cursor}" if cursor else "")
        return self.cursors[path]
