"""What is run in which order: A B A B …, the sweep, growth, and the stage's own measurements.

Everything that has been done is in the journal, so that each function here can be called again after an interruption and
does only what is left.
"""
from load import Sample, quantity
from measurement import Proof

CALIBRATING = 4          # connections of the closed loop that shows what a side can do
CALIBRATING_SECONDS = 6
FILLING_SEED = 1000      # other visits than those of the rounds
FILLING = 16             # connections of the closed loop that asks for what caches should hold
SATURATED = 2 / 3  # a side that answers less than this share of a rate is not asked for more


class Rounds:
    def __init__(self, plan, sides, load, journal, progress):
        self.plan, self.sides, self.load, self.journal, self.progress = plan, sides, load, journal, progress

    # --- workloads

    def workload(self, workload):
        if workload.share:
            workload.rate = self._rate(workload)
        if workload.fill and self.journal.get("workload", workload.name, workload.rounds - 1) is None:
            self._fill(workload)
        for index in range(workload.rounds):
            if self.journal.get("workload", workload.name, index):
                continue
            pair = {}
            for half, side in enumerate(self.sides):
                note = f"{side.name}, run {index + 1} of {workload.rounds}"
                self.progress.step(2 * index + half, 2 * workload.rounds, note)
                side.psql("CHECKPOINT", "postgres")
                pair[side.name] = self.once(workload, side, index, note).document()
            self.journal.put("workload", workload.name, index, value=pair)
            self.progress.say(self._line(workload, index, pair))

    def _rate(self, workload):
        """That share of the visits which the stage before can do on this machine, the same for both sides: so that it is
        busy but not overrun on a slow machine and on a fast one."""
        rate = self.journal.get("rate", workload.name)
        if rate is None:
            before = next(side for side in self.sides if side.name == "before")
            note = "before, how much it can do"
            self.progress.step(0, 2 * workload.rounds, note)
            sample = self.once(workload, before, 0, note, rate=None, saturate=CALIBRATING, seconds=max(CALIBRATING_SECONDS, workload.seconds))
            able = quantity(sample, "visits_per_s", self.plan)
            rate = self.journal.put("rate", workload.name, value=float(f"{workload.share * able:.2g}"))
            self.progress.say(f"  {workload.name:<12} before can do {able:.3g} visits/s: both are asked for {rate:g} a second")
        return rate

    def _fill(self, workload):
        """Both sides as they are after hours, in a minute: the same visits, as many as each can do, and not counted."""
        for side in self.sides:
            note = f"{side.name}, {workload.fill:g} s that are not counted"
            self.progress.step(0, 2 * workload.rounds, note)
            sample = self.once(workload, side, FILLING_SEED, note, rate=None, saturate=FILLING, seconds=workload.fill, warmup=0)
            self.progress.say(f"  {workload.name:<12} {side.name} has been asked {sample.result['responses']:,} times before it counts")

    def once(self, workload, side, index, note, **other):
        how = {"rate": workload.rate, "saturate": workload.saturate, "seconds": workload.seconds, "warmup": workload.warmup,
               "arrivals": self.plan.arrivals, **other}
        return self.load.run(side, mix=workload.mix, text=None if workload.mix else workload.text(), seed=index + 1,
                             settings=workload.set, note=note, **how)

    def samples(self, name):
        """[{side: Sample}] of a workload, round by round."""
        found = []
        while (pair := self.journal.get("workload", name, len(found))) is not None:
            found.append({side: Sample(**document) for side, document in pair.items()})
        return found

    def _line(self, workload, index, pair):
        words = []
        for name, document in pair.items():
            result = document["result"]
            every = result["all"]
            bookings = f" {result['bookings_per_s']:.0f} bookings/s" if result["bookings"] else ""
            words.append(f"{name} {result['requests_per_s']:,.1f}/s{bookings}, p50 {every['p50'] / 1000:.2f} p99 {every['p99'] / 1000:.2f} ms, "
                         f"{result['failed']} failed")
        return f"  {workload.name:<12} {index + 1}/{workload.rounds}   " + "  |  ".join(words)

    # --- the sweep

    def sweep(self):
        sweep, given_up = self.plan.sweep, set()
        for number, rate in enumerate(sweep["rates"]):
            for half, side in enumerate(self.sides):
                if side.name in given_up:
                    continue
                point = self.journal.get("sweep", rate, side.name)
                if point is None:
                    note = f"{side.name}, {rate:g} requests/s"
                    self.progress.step(2 * number + half, 2 * len(sweep["rates"]), note)
                    sample = self.load.run(side, text=sweep["text"], settings=sweep["set"], rate=rate, seconds=sweep["seconds"], seed=1, note=note)
                    point = self.journal.put("sweep", rate, side.name, value=self._point(sample, rate))
                if point["requests_per_s"] < SATURATED * rate:
                    given_up.add(side.name)

    @staticmethod
    def _point(sample, rate):
        result, every = sample.result, sample.result["all"]
        return {"rate": rate, "requests_per_s": result["requests_per_s"], "bookings_per_s": result["bookings_per_s"], "failed": result["failed"],
                **{name: every[name] / 1000 for name in ("p50", "p95", "p99")}}

    def sweep_points(self):
        """{side: [point]}."""
        points = {side.name: [self.journal.get("sweep", rate, side.name) for rate in self.plan.sweep["rates"]] for side in self.sides}
        return {name: [point for point in found if point] for name, found in points.items()}

    # --- growth

    def growth(self, size):
        """The workloads of the growth on the data that is open now, one request at a time."""
        growth = self.plan.growth
        total = growth["rounds"] * len(growth["workloads"]) * 2
        for index in range(growth["rounds"]):
            for place, name in enumerate(growth["workloads"]):
                if self.journal.get("growth", size, name, index):
                    continue
                pair = {}
                for half, side in enumerate(self.sides):
                    note = f"{size} data, {name}, {side.name}"
                    self.progress.step((index * len(growth["workloads"]) + place) * 2 + half, total, note)
                    sample = self.once(self.plan.workloads[name], side, index, note, rate=None, saturate=1, seconds=growth["seconds"], warmup=0.3)
                    pair[side.name] = {"p50": quantity(sample, "p50", self.plan), "pages": quantity(sample, "pages", self.plan)}
                self.journal.put("growth", size, name, index, value=pair)

    def growth_points(self):
        """{workload: {side: {size: [p50 of each round]}}}."""
        growth = self.plan.growth
        return {name: {side.name: {size: [self.journal.get("growth", size, name, index)[side.name]["p50"] for index in range(growth["rounds"])]
                                   for size in growth["sizes"]} for side in self.sides} for name in growth["workloads"]}

    # --- measure.py

    def measurement(self, name):
        if self.journal.get("measurement", name) is not None:
            return
        proof = Proof(name, self.sides, self.load, self.plan, self.progress)
        self.plan.measurements[name].function(proof)
        self.journal.put("measurement", name, value=proof.series)

    # --- from samples to series

    def metrics(self):
        """{metric: {series: values}} of everything a claim speaks of."""
        found = {}
        for name in self.plan.measurements:
            found.update(self.journal.get("measurement", name))
        for name, value in self.journal.get("bytes").items():
            found[f"database.{name}"] = value
        if self.plan.growth:
            sizes = list(self.plan.growth["sizes"])
            for name, points in self.growth_points().items():
                found[f"growth.{name}"] = {side: [large / small for small, large in zip(by_size[sizes[0]], by_size[sizes[-1]])]
                                           for side, by_size in points.items()}
        for claim in self.plan.claims:
            parts = claim["metric"].split(".")
            if parts[0] in self.plan.workloads:
                pairs, request = self.samples(parts[0]), parts[1] if len(parts) == 3 else None
                found[claim["metric"]] = {side.name: [quantity(pair[side.name], parts[-1], self.plan, request) for pair in pairs]
                                          for side in self.sides}
        return found
