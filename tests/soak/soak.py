"""The soak itself: rounds of a crowd, a rest after each, and the verdict.

A request counts when it has been sent, wholly or in part. Most clients keep their connection through a round;
of a thousand requests, twenty are by clients that go away, and one is by a slow one, which is not waited for
until the round ends.
"""
import asyncio
import collections
import contextlib
import json
import random
import time

import crowd
import mix
import watch
from wire import request

CLIENTS = 32
GOES_AWAY, IS_SLOW = 0.02, 0.001
SLOW_AT_ONCE, SLOW_SECONDS = 20, 4
UPLOADS_AT_ONCE = 4  # fewer than may wait for the thread that scales: refusing more is right, and tested elsewhere
MEMORY_MEGABYTES = 3  # may be gained from the end of the warm-up on
OUTGOING = 20 + 16 + 64  # connections kept: the database pools, the mail sessions, the provider

# so that slow clients are cut within a round, and many times
SETTINGS = {"SHOP_HTTP_REQUEST_TIMEOUT_MS": "1000", "SHOP_HTTP_IDLE_TIMEOUT_MS": "2000", "SHOP_LOG_LEVEL": "warn"}
REST_SECONDS = 4  # in which the shop lets go of clients that went away: the timeout above, a sweep, a linger

Outcome = collections.namedtuple("Outcome", "requests done samples peaks wrong seconds")


class Round:
    def __init__(self, world, port, count, on_step):
        self.world, self.port, self.left, self.on_step = world, port, count, on_step
        self.dice, self.wrong, self.slow = random.Random(world.dice.random()), [], set()
        self.uploads = asyncio.Semaphore(UPLOADS_AT_ONCE)

    def take(self):
        """One of the requests that are left."""
        self.left -= 1
        return self.left >= 0

    async def client(self):
        client = crowd.Client(self.port)
        self.clients.append(client)
        while self.take():
            chance = self.dice.random()
            if chance < GOES_AWAY:
                await crowd.aborted(self.port, mix.draw_read(self.world), self.dice)
            elif chance < GOES_AWAY + IS_SLOW and len(self.slow) < SLOW_AT_ONCE:
                self.start_slow()
            else:
                await self.ask(client)
        client.close()

    def start_slow(self):
        if self.dice.random() < 0.5:
            data = request("GET", "/v1/products?limit=100", self.world.token())
            task = asyncio.ensure_future(crowd.slow_reader(self.port, data, self.dice.random() * SLOW_SECONDS))
        else:
            task = asyncio.ensure_future(
                crowd.slow_sender(self.port, mix.draw_read(self.world), self.dice.random() * SLOW_SECONDS))
        self.slow.add(task)
        task.add_done_callback(self.slow.discard)

    async def ask(self, client):
        data, expected, keep = mix.draw(self.world)
        try:
            async with self.uploads if data.startswith(b"PUT") else contextlib.nullcontext():
                status, body = await client.ask(data)
        except ConnectionError:
            status, body = 0, b""
        if status not in expected:
            first = data.split(b"\r\n", 1)[0][:100].decode(errors="replace")
            self.wrong.append(f"{first} -> {status or 'closed'} {body[:200].decode(errors='replace')}")
        elif keep and status < 300:
            keep(body)
        self.on_step()

    async def run(self):
        self.clients = []
        crowd_at_work = asyncio.gather(*(self.client() for _ in range(CLIENTS)))
        while not crowd_at_work.done():
            await asyncio.wait([crowd_at_work], timeout=1)
            for client in self.clients:
                client.check_patience()
        await crowd_at_work
        if self.slow:
            await asyncio.wait(self.slow)


async def accounts(world, port):
    """The customers register and log in; the admin logs in."""
    client = crowd.Client(port)
    for email, password in world.customers:
        status, body = await client.ask(request("POST", "/v1/users", body={"email": email, "name": "Soak", "password": password}))
        assert status == 201, body
    for email, password in [*world.customers, world.admin_account]:
        status, body = await client.ask(request("POST", "/v1/sessions", body={"email": email, "password": password}))
        assert status == 201, body
        world.tokens.append(json.loads(body)["token"])
    world.admin = world.tokens.pop()
    client.close()


def run(stack, shop, requests, rounds, seconds_max, on_step=lambda done, rate: None):
    """Ends early, with what was done so far, when the time is over or the shop has died."""
    world, pid, wrong, samples, done = mix.World(stack), shop.process.pid, [], [], 0
    asyncio.run(accounts(world, shop.port))
    stack.set_provider(latency_ms=0)
    began = time.monotonic()
    with watch.Peaks(pid) as peaks:
        while done < requests and time.monotonic() - began < seconds_max and shop.process.poll() is None and len(wrong) < 1000:
            count = min(-(-requests // rounds), requests - done)
            answered, rate_from = [done], (time.monotonic(), done)

            def step():
                answered[0] += 1
                if answered[0] % 200 == 0:
                    gone = time.monotonic() - rate_from[0]
                    on_step(answered[0], (answered[0] - rate_from[1]) / gone)

            one = Round(world, shop.port, count, step)
            asyncio.run(one.run())
            wrong += one.wrong
            done += count
            time.sleep(REST_SECONDS)
            samples.append({"requests": done, "seconds": round(time.monotonic() - began, 1), **watch.rest(pid, shop.port)})
    return Outcome(requests, done, samples, peaks, wrong, time.monotonic() - began)


def judge(results, outcome, megabytes=MEMORY_MEGABYTES):
    """Rows of the verdict. `megabytes` is None under a sanitizer, which keeps what was freed; it finds leaks itself."""
    kept = watch.warm(outcome.samples)
    results.add("requests", [outcome.done], "", at_least=outcome.requests)
    results.add("answers other than expected", [len(outcome.wrong)], "", at_most=0)
    results.add("descriptors at rest, more than in the first half", [watch.descriptor_growth(outcome.samples)], "", at_most=0)
    results.add("descriptors at rest, after the warm-up", [one["descriptors"] for one in kept], "")
    results.add("outgoing connections kept at rest, the most", [max(one["outgoing"] for one in outcome.samples)], "",
                at_most=OUTGOING)
    results.add("RSS at rest, after the warm-up", [one["resident"] / watch.MEGABYTE for one in kept], "MB")
    results.add("RSS at rest, growth since the warm-up (Theil-Sen)",
                [watch.memory_growth(outcome.samples) / watch.MEGABYTE], "MB", at_most=megabytes)
    results.add("most descriptors under load", [outcome.peaks.descriptors], "")
    results.add("most RSS under load", [outcome.peaks.resident / watch.MEGABYTE], "MB")
    results.add("requests per second, rests included", [outcome.done / outcome.seconds], "")
