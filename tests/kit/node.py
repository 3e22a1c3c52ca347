"""Stands in for a node of a cluster that has only a control plane: it runs nothing. Of each pod that the scheduler gives it, it
says that it runs and is ready; of a job's, that it has come to its end. So the controllers go on as they would, and the
order of a deploy, a rollout and a removal are the real ones. Whether a program works in its pod, nobody has seen here.

It has the rights of a node and no more (Node authorizer, NodeRestriction), and asks as a kubelet asks: for its own pods.
"""
import contextlib
import datetime
import json
import threading
import time
import urllib.error

from control_plane import NODE

READY = [{"type": kind, "status": "True", "reason": "StandIn"} for kind in ("PodReadyToStartContainers", "Initialized", "ContainersReady", "Ready")]
MERGE = "application/strategic-merge-patch+json"


def now(microseconds=False):
    text = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="microseconds" if microseconds else "seconds")
    return text.replace("+00:00", "Z")


def status(pod, address, fails):
    """What a kubelet would report of it, had all gone well; or, of a job's in FAILS, badly."""
    job = pod["metadata"]["labels"].get("batch.kubernetes.io/job-name")
    failed = job in fails

    def container(spec):
        if job:
            state = {"terminated": {"exitCode": int(failed), "startedAt": now(), "finishedAt": now(), "reason": "Error" if failed else "Completed"}}
        else:
            state = {"running": {"startedAt": now()}}
        return {"name": spec["name"], "image": spec["image"], "imageID": "", "ready": not job, "started": not job, "restartCount": 0, "state": state}

    conditions = [dict(item, status="False") if job and "Ready" in item["type"] else item for item in READY]
    return {"phase": ("Failed" if failed else "Succeeded") if job else "Running", "startTime": now(), "hostIP": "192.0.2.2", "podIP": address, "podIPs": [{"ip": address}],
            "conditions": [dict(item, lastTransitionTime=now()) for item in conditions], "containerStatuses": [container(spec) for spec in pod["spec"]["containers"]]}


class Node:
    def __init__(self, cluster):
        self.cluster, self.fails, self.problem, self.count = cluster, set(), None, 0
        self.done, self.awake = threading.Event(), threading.Lock()
        resources = {"cpu": "32", "memory": "64Gi", "pods": "200", "ephemeral-storage": "100Gi"}
        self._ask("/api/v1/nodes", "POST", {"apiVersion": "v1", "kind": "Node", "metadata": {"name": NODE, "labels": {"kubernetes.io/hostname": NODE}}})
        self._ask(f"/api/v1/nodes/{NODE}/status", "PATCH", {"status": {
            "capacity": resources, "allocatable": resources,
            "conditions": [{"type": "Ready", "status": "True", "reason": "StandIn", "lastHeartbeatTime": now(), "lastTransitionTime": now()}]}}, MERGE)
        self._ask("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases", "POST", {
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": NODE},
            "spec": {"holderIdentity": NODE, "leaseDurationSeconds": 40, "renewTime": now(microseconds=True)}})
        self.thread = threading.Thread(target=self._work, daemon=True)
        self.thread.start()

    def _ask(self, path, method="GET", body=None, kind="application/json"):
        return json.loads(self.cluster.ask(path, method, body, f"system:node:{NODE}", kind))

    def _work(self):
        renewed = time.monotonic()
        while not self.done.wait(0.3):
            try:
                if time.monotonic() > renewed + 10:
                    self._ask(f"/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/{NODE}", "PATCH", {"spec": {"renewTime": now(microseconds=True)}}, MERGE)
                    renewed = time.monotonic()
                with self.awake:
                    for pod in self._ask(f"/api/v1/pods?fieldSelector=spec.nodeName%3D{NODE}")["items"]:
                        self._tell(pod)
            except urllib.error.HTTPError as problem:
                if problem.code not in (404, 409):  # gone, or changed, in between: the next look knows
                    self.problem = f"{problem.url}: {problem} {problem.read()[:500]}"
            except OSError as problem:
                self.problem = repr(problem)

    def _tell(self, pod):
        path = f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}"
        if "deletionTimestamp" in pod["metadata"]:
            self._ask(path, "DELETE", {"apiVersion": "v1", "kind": "DeleteOptions", "gracePeriodSeconds": 0, "preconditions": {"uid": pod["metadata"]["uid"]}})
        elif pod["status"].get("phase") == "Pending":
            self.count += 1
            self._ask(f"{path}/status", "PATCH", {"metadata": {"uid": pod["metadata"]["uid"]}, "status": status(pod, f"198.51.100.{self.count % 250 + 1}", self.fails)}, MERGE)

    @contextlib.contextmanager
    def resting(self):
        """For a few seconds pods stay as they are."""
        with self.awake:
            yield

    def close(self):
        self.done.set()
        self.thread.join(30)
