"""A real cluster's control plane on loopback: etcd, the API server with its admission, the controllers and the scheduler, each
a process of its own, started in that order and ended by process id.

Nodes come to it from elsewhere: one that only says that its pods run (node.py), or one where they do (kubelet.py). Everything
it writes lies in one folder, which goes with it, but for the disks: where there is no cloud, the controllers make them
of folders under /tmp/hostpath_pv, and remove them with their claims.
"""
import json
import os
import pathlib
import secrets
import shutil
import ssl
import subprocess
import tempfile
import time
import urllib.request

from engine import FOLDER
from programs import programs
from stack import free_port

PROGRAMS = ("etcd", "kubectl", "kube-scheduler", "kube-controller-manager", "kube-apiserver")
SERVICES = "10.96.0"
NODE = "node-1"
WHO = {"admin": "system:masters", "system:kube-controller-manager": "", "system:kube-scheduler": "", "system:kube-proxy": "",
       f"system:node:{NODE}": "system:nodes"}
CLASS = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "folders", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
         "provisioner": "kubernetes.io/host-path"}


def end(process):
    """Asked first, and killed when it has not ended by then."""
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(30)


class ControlPlane:
    def __init__(self, address="127.0.0.1"):
        self.programs = programs(*PROGRAMS)
        FOLDER.mkdir(exist_ok=True)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="cluster-", dir=FOLDER))  # only ours to read
        self.processes = {}
        self.address, self.port = address, free_port()
        self.url = f"https://{address}:{self.port}"
        try:
            self._start()
        except BaseException:
            self.close()
            raise

    # --- its parts -------------------------------------------------------------------------------------

    def _start(self):
        began, store, peer = time.monotonic(), free_port(), free_port()
        self._identities()
        self._run("etcd", f"--data-dir={self.folder}/etcd", "--unsafe-no-fsync", f"--listen-client-urls=http://127.0.0.1:{store}",
                  f"--advertise-client-urls=http://127.0.0.1:{store}", f"--listen-peer-urls=http://127.0.0.1:{peer}",
                  f"--initial-advertise-peer-urls=http://127.0.0.1:{peer}", f"--initial-cluster=default=http://127.0.0.1:{peer}")
        self._run("kube-apiserver", "--kubelet-preferred-address-types=InternalIP", f"--etcd-servers=http://127.0.0.1:{store}", f"--bind-address={self.address}", f"--secure-port={self.port}",
                  "--advertise-address=192.0.2.1", "--endpoint-reconciler-type=none",  # an address for pods, which nobody uses: loopback cannot be one
                  f"--service-cluster-ip-range={SERVICES}.0/24", f"--tls-cert-file={self.folder}/server.crt", f"--tls-private-key-file={self.folder}/server.key",
                  f"--token-auth-file={self.folder}/tokens.csv", "--anonymous-auth=false", "--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction",
                  "--allow-privileged=true",  # or it would refuse by itself what the namespace's profile has to refuse
                  "--service-account-issuer=https://kubernetes.default.svc", f"--service-account-key-file={self.folder}/accounts.key",
                  f"--service-account-signing-key-file={self.folder}/accounts.key")
        self._await("the API server is ready", lambda: self.ask("/readyz").decode() == "ok", 120)
        self._run("kube-controller-manager", f"--kubeconfig={self.config('system:kube-controller-manager')}", "--leader-elect=false", "--secure-port=0",
                  "--use-service-account-credentials=true", f"--service-account-private-key-file={self.folder}/accounts.key", f"--root-ca-file={self.folder}/server.crt",
                  "--enable-hostpath-provisioner=true")
        self._run("kube-scheduler", f"--kubeconfig={self.config('system:kube-scheduler')}", "--leader-elect=false", "--secure-port=0")
        self.kubectl("apply", "-f", "-", given=json.dumps(CLASS))
        # the first thing controllers do for a namespace; without it no pod is admitted
        self._await("the controllers work", lambda: self.kubectl("get", "serviceaccount", "default", check=False).returncode == 0, 120)
        print(f"# the control plane of Kubernetes {json.loads(self.ask('/version'))['gitVersion']}, is up after {time.monotonic() - began:.1f} s", flush=True)

    def _identities(self):
        """One certificate that everybody knows; a key for the service accounts' tokens; and a token for each who asks."""
        for words in (["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out", "server.crt", "-days", "2", "-subj", "/CN=stagecraft-kit",
                       "-addext", f"subjectAltName=IP:{self.address},IP:{SERVICES}.1,DNS:kubernetes.default.svc"],
                      ["genrsa", "-out", "accounts.key", "2048"]):
            subprocess.run(["openssl", *words], cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=60)
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=self.folder / "server.crt")))
        self.tokens = {who: secrets.token_hex(16) for who in WHO}
        lines = [f"{self.tokens[who]},{who},{number}{groups and ',' + groups}\n" for number, (who, groups) in enumerate(WHO.items())]
        self._private("tokens.csv").write_text("".join(lines))

    def _private(self, name):
        path = self.folder / name
        path.touch(mode=0o600)
        return path

    def config(self, who="admin"):
        """The file by which a client finds the cluster."""
        path = self._private(f"{who.replace(':', '-')}.kubeconfig")
        path.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "kit", "contexts": [{"name": "kit", "context": {"cluster": "kit", "user": who}}],
            "clusters": [{"name": "kit", "cluster": {"server": self.url, "certificate-authority": f"{self.folder}/server.crt"}}],
            "users": [{"name": who, "user": {"token": self.tokens[who]}}]}))
        return path

    def _run(self, name, *words):
        with open(self.folder / f"{name}.log", "w") as log:
            self.processes[name] = subprocess.Popen([self.programs / name, *words], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def _await(self, what, condition, seconds):
        until = time.monotonic() + seconds
        while True:
            for name, process in self.processes.items():
                if process.poll() is not None:
                    raise RuntimeError(f"{name} has ended:\n{self.log(name)}")
            try:
                if condition():
                    return
            except OSError:
                pass
            if time.monotonic() > until:
                raise RuntimeError(f"not after {seconds} s: {what}\n" + "\n".join(self.log(name, 500) for name in self.processes))
            time.sleep(0.2)

    def log(self, name, characters=2000):
        return f"{name}: {(self.folder / f'{name}.log').read_text()[-characters:]}"

    def close(self):
        for name in reversed(list(self.processes)):
            end(self.processes.pop(name))
        shutil.rmtree(self.folder)

    # --- asking it -------------------------------------------------------------------------------------

    def ask(self, path, method="GET", body=None, who="admin", kind="application/json"):
        request = urllib.request.Request(self.url + path, method=method, data=None if body is None else json.dumps(body).encode(),
                                         headers={"Authorization": f"Bearer {self.tokens[who]}", "Content-Type": kind})
        with self.opener.open(request, timeout=20) as answer:
            return answer.read()

    def environment(self):
        """What a command needs to talk to this cluster and to no other, with this cluster's own kubectl."""
        return {"KUBECONFIG": str(self.config()), "PATH": f"{self.programs}:{os.environ['PATH']}"}

    def kubectl(self, *words, given=None, check=True, timeout=120):
        result = subprocess.run([self.programs / "kubectl", *map(str, words)], env=dict(os.environ, **self.environment()), input=given or "",
                                capture_output=True, text=True, timeout=timeout)
        assert not check or result.returncode == 0, f"kubectl {' '.join(map(str, words))}:\n{result.stdout[-2000:]}{result.stderr[-4000:]}"
        return result

    def objects(self, kinds, *words):
        """Of these kinds, as the server has them."""
        return json.loads(self.kubectl("get", kinds, "-o", "json", "--ignore-not-found", *words).stdout or '{"items": []}')["items"]

    def kinds(self, *words):
        names = self.kubectl("api-resources", "--verbs=list", "-o", "name", *words).stdout.split()
        return ",".join(name for name in names if name not in ("events", "events.events.k8s.io"))
