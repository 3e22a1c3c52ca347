"""People of a data set who can be asked as: buyers with orders behind them, and an administrator.

The seed's passwords are known to nobody, so their sessions are put into the database. Whoever has bought often is
drawn often. The same people can be logged in with the same tokens on another copy of the data.
"""
import hashlib
import secrets

# every so manieth confirmed order: whoever has many is met more often
BUYERS = """
SELECT user_id, max(id) FROM orders.orders
WHERE state = 'confirmed' AND id % (SELECT greatest(1, max(id) / {count}) FROM orders.orders) = 0
GROUP BY user_id ORDER BY user_id"""

ADMIN = "SELECT id FROM users.accounts WHERE role = 'admin' ORDER BY id LIMIT 1"

SESSION = """
INSERT INTO users.sessions (token_hash, user_id, role, expires_at)
SELECT s.hash, a.id, a.role, now() + interval '6 hours'
FROM unnest(ARRAY[{hashes}], ARRAY[{users}]::bigint[]) AS s (hash, id) JOIN users.accounts a ON a.id = s.id"""


class Person:
    def __init__(self, user_id, order_id=0):
        self.id, self.order_id, self.token = user_id, order_id, secrets.token_urlsafe(32)


class People:
    """So many buyers, or those that a statement names (user id, order id)."""

    def __init__(self, stack, who):
        sql = who if isinstance(who, str) else BUYERS.format(count=who)
        self.buyers = [Person(int(user), int(order)) for user, order in stack.rows(sql)]
        self.admin = Person(int(stack.psql(ADMIN)))
        self.log_in(stack)

    def log_in(self, stack):
        everybody = [*self.buyers, self.admin]
        hashes = ",".join(f"'{hashlib.sha256(one.token.encode()).hexdigest()}'" for one in everybody)
        stack.psql(SESSION.format(hashes=hashes, users=",".join(str(one.id) for one in everybody)))
