"""Jobs side by side, in a few lanes: most suites wait (for timeouts, for servers, for the disk) more than they compute, so
two of them take little longer than one.

A job has a `name`. Jobs of one name are never run at the same time: they share a folder under .run. Otherwise a
lane that is free takes the first job that is left.
"""
import collections
import threading


class Lanes:
    def __init__(self, count, jobs, work):
        """`work(job, lane)` is called in a thread, once for each job; lanes are numbered from 0."""
        self.count, self.work = count, work
        self.left, self.busy = list(jobs), collections.Counter()
        self.changed = threading.Condition()
        self.stopped = False
        self.failure = None

    def run(self):
        """Until all jobs are done. What `work` raised is raised again, when the other lanes have ended."""
        threads = [threading.Thread(target=self._lane, args=(lane,), daemon=True) for lane in range(self.count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():  # with a bound, or Ctrl-C would not be heard
                thread.join(0.2)
        if self.failure:
            raise self.failure

    def stop(self):
        """No further job is begun."""
        with self.changed:
            self.stopped = True
            self.changed.notify_all()

    def running(self):
        with self.changed:
            return sorted(self.busy.elements())

    def _take(self):
        with self.changed:
            while True:
                if self.stopped or not self.left:
                    return None
                job = next((job for job in self.left if not self.busy[job.name]), None)
                if job is not None:
                    self.left.remove(job)
                    self.busy[job.name] += 1
                    return job
                self.changed.wait()

    def _lane(self, lane):
        while (job := self._take()) is not None:
            try:
                self.work(job, lane)
            except BaseException as why:  # one lane's end is everybody's
                self.failure = self.failure or why
                self.stop()
            finally:
                with self.changed:
                    self.busy[job.name] -= 1
                    self.changed.notify_all()
