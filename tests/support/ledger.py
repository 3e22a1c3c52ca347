"""A load client's ledger: what it was told, one line for each answer that was final.

The format is that of the load generator (tests/load/README.md), with one column more for the cancellation of a
booking. A line is on its way to the disk before the client goes on, so what is in the file has been acknowledged, and
what was acknowledged is in the file, unless this process is killed between the two.
"""
import csv
import threading
import time

COLUMNS = "at_ms,key,outcome,status,order_id,total_cents,product,day,quantity,tries,replayed,booking_id".split(",")


class Ledger:
    def __init__(self, path):
        self.path, self.lock, self.counts = path, threading.Lock(), {}
        self.file = open(path, "w", newline="", buffering=1)
        self.writer = csv.writer(self.file, lineterminator="\n")
        self.writer.writerow(COLUMNS)

    def write(self, outcome, **values):
        with self.lock:
            self.counts[outcome] = self.counts.get(outcome, 0) + 1
            values.update(outcome=outcome, at_ms=int(time.time() * 1000))
            self.writer.writerow([values.get(name, "") for name in COLUMNS])

    def order(self, key, line, status, body, tries, replayed=False):
        """`line` is the first of the order: (product, day, quantity). `status` is None when no answer was final."""
        outcome = {None: "unknown", 201: "confirmed", 202: "pending"}.get(status, "refused")
        product, day, quantity = line
        self.write(outcome, key=key, status=status or "", order_id=(body or {}).get("id") or (body or {}).get("order_id") or "",
                   total_cents=(body or {}).get("total_cents", ""), product=product, day=day, quantity=quantity, tries=tries,
                   replayed=int(replayed))

    def cancellation(self, key, order_id, booking_id, status):
        self.write("cancelled" if status == 200 else "cancelling", key=key, status=status, order_id=order_id, booking_id=booking_id)

    def contradiction(self, key, order_id, status):
        """What was acknowledged was not there, or different, when the same client looked again."""
        self.write("contradicted", key=key, status=status, order_id=order_id)

    def total(self, *outcomes):
        with self.lock:
            return sum(self.counts.get(outcome, 0) for outcome in outcomes)

    def close(self):
        self.file.close()
