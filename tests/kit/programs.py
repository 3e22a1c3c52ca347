"""Programs that no package of the distribution has, built from the Go module proxy: a cluster's control plane, and what looks
at what it is given (tests/kit/cluster/go.mod names their versions, go.sum their checksums).

They lie outside the repository, in a folder named after what they were built of: only the first run takes its time, and
another version lies beside the old one. Where they cannot be had, Missing says why; one that does not compile is a mistake.
"""
import hashlib
import os
import re
import shutil
import signal
import subprocess
import time

from engine import FOLDER, HERE

MODULE, NAMES = HERE / "cluster", HERE / "cluster/dns"  # in each a go.mod
PACKAGES = {  # program: what it is built of, in which module
    "etcd": ("go.etcd.io/etcd/server/v3", MODULE),
    "kubectl": ("k8s.io/kubernetes/cmd/kubectl", MODULE),
    "kube-scheduler": ("k8s.io/kubernetes/cmd/kube-scheduler", MODULE),
    "kube-controller-manager": ("k8s.io/kubernetes/cmd/kube-controller-manager", MODULE),
    "kube-apiserver": ("k8s.io/kubernetes/cmd/kube-apiserver", MODULE),
    "kube-score": ("github.com/zegl/kube-score/cmd/kube-score", MODULE),
    "kubelet": ("k8s.io/kubernetes/cmd/kubelet", MODULE),
    "kube-proxy": ("k8s.io/kubernetes/cmd/kube-proxy", MODULE),
    "coredns": (".", NAMES),
}
FETCH_SECONDS, BUILD_SECONDS = 1200, 3600  # of one program, on a machine that has other things to do


class Missing(Exception):
    """The programs cannot be had here; its text says why."""


def version():
    """Kubernetes', as go.mod names it."""
    return re.search(r"^\tk8s\.io/kubernetes (v\S+)", (MODULE / "go.mod").read_text(), re.M)[1]


def environment():
    """A compiler that is too old says so; it does not fetch another."""
    return dict(os.environ, GOTOOLCHAIN="local", GOWORK="off", CGO_ENABLED="0")


def go(command, *words, seconds, folder=MODULE):
    return subprocess.run([command, *words], cwd=folder, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds)


def compiler():
    """(the Go command, its version)"""
    command = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin")
    if not command:
        raise Missing("there is no Go on this machine")
    said = go(command, "env", "GOVERSION", seconds=60)
    if said.returncode != 0:
        raise Missing(said.stderr.strip())
    return command, said.stdout.strip()


def programs(*names):
    """The folder where they are; built first, where they are not."""
    command, built_with = compiler()
    content = b"".join(path.read_bytes() for module in (MODULE, NAMES) for path in sorted(module.glob("*.*")))
    folder = FOLDER / f"programs-{hashlib.sha256(content + built_with.encode()).hexdigest()[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        if (folder / name).exists():
            continue
        package, module = PACKAGES[name]
        print(f"# {name} is built from the Go module proxy: minutes, the first time", flush=True)
        fetched = go(command, "list", "-mod=readonly", "-deps", package, seconds=FETCH_SECONDS, folder=module)
        if fetched.returncode != 0:
            raise Missing(f"{name} cannot be fetched: {' '.join(fetched.stderr.strip().splitlines()[-2:])}")
        build(command, folder / name, package, module)
    return folder


def build(command, path, package, module):
    """Beside its place, and moved there when it is whole."""
    fresh, began, said = path.with_name(f"{path.name}.{os.getpid()}"), time.monotonic(), time.monotonic()
    stamps = " ".join(f"-X {where}/version.gitVersion={version()}" for where in ("k8s.io/component-base", "k8s.io/client-go/pkg"))
    with open(path.with_name(f"{path.name}.log"), "w+") as log:
        process = subprocess.Popen([command, "build", "-v", "-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", f"-s -w {stamps}", "-o", fresh, package],
                                   cwd=module, env=environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        try:
            while process.poll() is None and time.monotonic() < began + BUILD_SECONDS:
                time.sleep(0.5)
                if time.monotonic() > said + 30:
                    said = time.monotonic()
                    print(f"#   {said - began:.0f} s: {len(open(log.name).readlines())} packages", flush=True)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)  # and its compilers with it
                process.wait(60)
        if process.returncode != 0:
            log.seek(0)
            raise RuntimeError(f"{path.name} cannot be built; {log.name} ends with\n{log.read()[-2000:]}")
    fresh.rename(path)
