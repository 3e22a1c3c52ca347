"""A real node for the control plane: containerd, as the distribution has it, with a kubelet and a kube-proxy built from the Go
module proxy (programs.py), and CoreDNS for names. Pods run, have addresses and disks, and reach each other by service.

All of it lives in a network namespace of its own, joined to the machine by one link, so that the rules kube-proxy and the
bridge make are nobody else's and go with the namespace. What it has not: somebody who enforces network policies, an
ingress controller, and images from a registry (the container engine's are handed over).
"""
import json
import os
import pathlib
import shutil
import subprocess
import threading
import time

from control_plane import NODE, SERVICES, end
from engine import FOLDER, docker
from programs import programs

NAME, OUTSIDE, INSIDE, PODS = "stagecraft-kit", "100.64.77.1", "100.64.77.2", "100.64.78.0/24"
DISKS = pathlib.Path("/tmp/hostpath_pv")  # where the controllers make them
PAUSE = "stagecraft/pause:kit"


def run(*words, timeout=60, check=True, **options):
    result = subprocess.run([str(word) for word in words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout, **options)
    if check and result.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, words))}:\n{result.stdout[-2000:]}{result.stderr[-2000:]}")
    return result.stdout


class Link:
    """The namespace and the wire to it. The API server listens at this end of it, the node lives at the other."""

    def __init__(self):
        self.close()
        run("ip", "netns", "add", NAME)
        run("ip", "link", "add", NAME, "type", "veth", "peer", "name", "eth0", "netns", NAME)
        run("ip", "address", "add", f"{OUTSIDE}/30", "dev", NAME)
        run("ip", "link", "set", NAME, "up")
        for words in (["link", "set", "lo", "up"], ["address", "add", f"{INSIDE}/30", "dev", "eth0"], ["link", "set", "eth0", "up"], ["route", "add", "default", "via", OUTSIDE]):
            run("ip", "-netns", NAME, *words)
        for where in (PODS, f"{SERVICES}.0/24"):
            run("ip", "route", "add", where, "via", INSIDE)

    @staticmethod
    def inside(*words):
        """Only the network is another there: `ip netns exec` would hide the control groups."""
        return ["nsenter", f"--net=/run/netns/{NAME}", *map(str, words)]

    @staticmethod
    def close():
        run("ip", "link", "delete", NAME, check=False)
        run("ip", "netns", "delete", NAME, check=False)


class Kubelet:
    def __init__(self, cluster):
        self.cluster, self.folder, self.socket = cluster, FOLDER / "node", FOLDER / "node/containerd.sock"
        self.started, self.done = [], threading.Event()
        self._unmount(self.folder)  # of a run that was cut short
        for name in ("kubelet", "addresses"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)  # containerd's own part is kept: it has the images
        try:
            self._start()
        except BaseException:
            self.close()
            raise

    def _file(self, name, content):
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    def _run(self, name, *words):
        with open(self.folder / f"{name}.log", "w") as log:
            self.started.append((name, subprocess.Popen(Link.inside(*words), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)))

    def _await(self, what, condition, seconds=60):
        until = time.monotonic() + seconds
        while not condition():
            for name, process in self.started:
                if process.poll() is not None:
                    raise RuntimeError(f"{name} has ended:\n{self.log(name)}")
            if time.monotonic() > until:
                raise RuntimeError(f"not after {seconds} s: {what}\n" + "\n".join(self.log(name) for name, _ in self.started))
            time.sleep(0.3)

    def log(self, name):
        return (self.folder / f"{name}.log").read_text()[-3000:]

    def _start(self):
        self._run("containerd", "containerd", "--config", self._file("containerd.toml", f'''
version = 2
root = "{self.folder}/containerd"
state = "{self.folder}/containerd-run"
[grpc]
address = "{self.socket}"
[plugins."io.containerd.internal.v1.opt"]
path = "{self.folder}/opt"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "docker.io/{PAUSE}"
disable_apparmor = true
restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/usr/lib/cni"
conf_dir = "{self.folder}/cni"
'''))
        self._file("cni/10-kit.conflist", {"cniVersion": "0.4.0", "name": "kit", "plugins": [
            {"type": "bridge", "bridge": "cni0", "isGateway": True, "hairpinMode": True,
             "ipam": {"type": "host-local", "dataDir": f"{self.folder}/addresses", "ranges": [[{"subnet": PODS}]], "routes": [{"dst": "0.0.0.0/0"}]}}]})
        self._await("containerd answers", lambda: subprocess.run(self._ctr("version"), capture_output=True, timeout=20).returncode == 0)
        self._pause()
        self._file("resolv.conf", f"nameserver {INSIDE}\n")
        config = self._file("kubelet.json", {
            "apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration", "containerRuntimeEndpoint": f"unix://{self.socket}",
            "authentication": {"anonymous": {"enabled": True}, "webhook": {"enabled": False}}, "authorization": {"mode": "AlwaysAllow"},  # only this machine reaches it
            "cgroupDriver": "cgroupfs", "enforceNodeAllocatable": ["none"], "failSwapOn": False, "maxOpenFiles": 16384,
            "clusterDNS": [INSIDE], "clusterDomain": "cluster.local", "resolvConf": f"{self.folder}/resolv.conf", "imageGCHighThresholdPercent": 100,
            "evictionHard": {"memory.available": "200Mi", "nodefs.available": "1%", "imagefs.available": "1%", "nodefs.inodesFree": "1%"}})
        binaries = programs("kubelet", "kube-proxy", "coredns")
        self._run("kubelet", binaries / "kubelet", f"--config={config}", f"--kubeconfig={self.cluster.config(f'system:node:{NODE}')}", f"--hostname-override={NODE}",
                  f"--node-ip={INSIDE}", f"--root-dir={self.folder}/kubelet", f"--cert-dir={self.folder}/kubelet-certificates")
        proxy = self._file("kube-proxy.json", {
            "apiVersion": "kubeproxy.config.k8s.io/v1alpha1", "kind": "KubeProxyConfiguration", "mode": "iptables", "clusterCIDR": PODS, "hostnameOverride": NODE,
            "clientConnection": {"kubeconfig": str(self.cluster.config("system:kube-proxy"))},
            "conntrack": {"maxPerCore": 0, "min": 0, "tcpEstablishedTimeout": "0s", "tcpCloseWaitTimeout": "0s"}})  # those are the machine's, not the namespace's
        self._run("kube-proxy", binaries / "kube-proxy", f"--config={proxy}")
        names = self._file("Corefile", f".:53 {{\n bind {INSIDE}\n errors\n kubernetes cluster.local {{\n  kubeconfig {self.cluster.config()} kit\n }}\n}}\n")
        self._run("coredns", binaries / "coredns", "-conf", names)
        self.thread = threading.Thread(target=self._open_disks, daemon=True)
        self.thread.start()
        self._await("the node is ready", lambda: any(item["type"] == "Ready" and item["status"] == "True" for node in self.cluster.objects("node") for item in node["status"].get("conditions", [])), 120)

    def _open_disks(self):
        """A folder of the machine takes no owner from a pod, as a disk does; so it is opened for whoever gets it."""
        while not self.done.wait(0.2):
            for path in DISKS.glob("*"):
                try:
                    path.chmod(0o777)
                except FileNotFoundError:
                    pass

    # --- images ----------------------------------------------------------------------------------------

    def _ctr(self, *words):
        return ["ctr", "--address", str(self.socket), "--namespace", "k8s.io", *map(str, words)]

    def _pause(self):
        """What holds a pod's network while its containers come and go."""
        subprocess.run(["docker", "build", "--quiet", "--tag", PAUSE, "-"], input='FROM debian:bookworm-slim\nUSER 65534\nENTRYPOINT ["sleep", "infinity"]\n',
                       text=True, capture_output=True, check=True, timeout=120)
        self.load(PAUSE)

    def load(self, *images):
        """From the container engine to containerd."""
        archive = self.folder / "images.tar"
        docker("save", "--output", archive, *images)
        run(*self._ctr("images", "import", archive), timeout=300)
        archive.unlink()

    # --- the end ---------------------------------------------------------------------------------------

    @staticmethod
    def _unmount(folder):
        points = [line.split()[1] for line in pathlib.Path("/proc/mounts").read_text().splitlines() if line.split()[1].startswith(f"{folder}/")]
        for point in sorted(points, reverse=True):
            run("umount", point, check=False)

    def close(self):
        """The kubelet first, or it would start again what is ended."""
        self.done.set()
        for name, process in reversed(self.started):
            if name == "containerd":
                for task in run(*self._ctr("tasks", "list", "--quiet"), check=False).split():
                    run(*self._ctr("tasks", "kill", "--all", "--signal", "SIGKILL", task), check=False)
                    run(*self._ctr("tasks", "rm", "--force", task), check=False)
                for container in run(*self._ctr("containers", "list", "--quiet"), check=False).split():
                    run(*self._ctr("containers", "rm", container), check=False)
            end(process)
        self._unmount(self.folder)
        self._forget_groups()

    @staticmethod
    def _forget_groups():
        """The control groups, which a kubelet leaves where they are."""
        for top in pathlib.Path("/sys/fs/cgroup").glob("**/kubepods"):
            for group, _, _ in os.walk(top, topdown=False):
                os.rmdir(group)
