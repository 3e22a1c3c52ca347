"""A shop that is killed and started anew, and shoppers who do not notice (shoppers.py)."""
from client import Client
from ledger import Ledger
from openapi import Contract
from shoppers import CARDS, Shoppers
from stack import Shop


class World:
    """The shop as it is now, and the ledger of what shoppers have been told."""

    def __init__(self, stack, ledger, **settings):
        self.stack, self.settings, self.ledger = stack, settings, Ledger(ledger)
        self.start()

    def start(self):
        self.shop = Shop(self.stack, **self.settings)

    def kill(self, look=lambda: None):
        """Anew, but for a `look` while nothing runs; answers what it saw."""
        self.shop.kill()
        seen = look()
        self.start()
        return seen

    def client(self, token=None):
        return Client(self.shop.url, Contract(), token)

    def crowd(self, count, tokens, products, days, cards=CARDS):
        return Shoppers(lambda: self.shop.url, self.ledger, tokens, products, days, count, cards=cards)
