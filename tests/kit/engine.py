"""A container engine for the tests: the one there is, or a private one started by hand, and the images all else stands on.

A private engine keeps everything in one folder outside the repository and is ended, by process id, with the tests; the
folder stays, so that a second run finds its layers. Where no registry is reached the base image is made of the
distribution's packages, and servers' images are stood in for (tests/kit/stand-ins): results about them are
about the distribution's programs, not about the images' publishers.
"""
import os
import pathlib
import shutil
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FOLDER = pathlib.Path("/var/tmp/stagecraft-kit")
SUITE = "bookworm"


class Missing(Exception):
    """There is no engine here, and none can be started; its text says why."""


def docker(*words, timeout=600, check=True):
    result = subprocess.run(["docker", *map(str, words)], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout)
    if check and result.returncode != 0:
        raise RuntimeError(f"docker {' '.join(map(str, words))}:\n{result.stdout[-2000:]}{result.stderr[-4000:]}")
    return result


def answers():
    return docker("version", check=False, timeout=20).returncode == 0


class Engine:
    """Sets DOCKER_HOST when it starts an engine of its own."""

    def __init__(self):
        self.process = None
        if not shutil.which("docker"):
            raise Missing("there is no docker on this machine")
        if not answers():
            self._start()
        self._have("debian:bookworm-slim", self._base)

    def _start(self):
        if os.geteuid() != 0:
            raise Missing("no container engine answers, and starting one needs root: run as root, or start docker")
        if not all(map(shutil.which, ("dockerd", "mmdebstrap"))):
            raise Missing("no container engine answers, and to start one dockerd and mmdebstrap are needed")
        FOLDER.mkdir(exist_ok=True)
        socket = f"unix://{FOLDER}/docker.sock"
        os.environ["DOCKER_HOST"] = socket
        with open(FOLDER / "dockerd.log", "ab") as log:
            self.process = subprocess.Popen(
                ["dockerd", "--data-root", FOLDER / "data", "--exec-root", FOLDER / "exec", "--pidfile", FOLDER / "dockerd.pid",
                 "-H", socket, "--default-ulimit", "nofile=16384:16384"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        until = time.monotonic() + 60
        while not answers():
            if self.process.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"the engine did not start; see {FOLDER}/dockerd.log")
            time.sleep(0.2)

    def servers(self):
        """The images of the servers that a stage stands on."""
        self._have("postgres:15-bookworm", lambda name: self._stand_in(name, "postgres"))
        self._have("redis:7-bookworm", lambda name: self._stand_in(name, "redis"))
        self._have("apache/kafka:3.9.1", self._kafka)

    def _have(self, name, make):
        """What is there stays, unless it is a stand-in of ours, which may have changed."""
        there = docker("image", "inspect", "--format", '{{index .Config.Labels "stagecraft.stand-in"}}', name, check=False)
        if there.returncode == 0 and there.stdout.strip() != "yes":
            return
        if there.returncode == 0 or docker("pull", "--quiet", name, check=False, timeout=300).returncode != 0:
            print(f"# {name} cannot be pulled; made of the distribution's packages", flush=True)
            make(name)

    def _base(self, name):
        archive = FOLDER / "base.tar"
        FOLDER.mkdir(exist_ok=True)
        subprocess.run(["mmdebstrap", "--variant=minbase", "--quiet", SUITE, archive], check=True, timeout=600)
        docker("import", "--change", 'CMD ["bash"]', archive, name)
        archive.unlink()

    def _stand_in(self, name, folder):
        docker("build", "--network=host", "--quiet", "--tag", name, HERE / "stand-ins" / folder)

    def _kafka(self, name):
        """Its jars are those of the local stack, fetched as that fetches them."""
        jars = ROOT / ".run/kafka-3.9.1"
        subprocess.run([ROOT / "infra/local/install.sh", "05-queues"], check=True, timeout=900)
        subprocess.run([ROOT / "infra/local/kafka/fetch.sh", jars], check=True, timeout=900)
        docker("build", "--network=host", "--quiet", "--tag", name, "--file", HERE / "stand-ins/kafka/Dockerfile", jars)

    def close(self):
        if self.process:
            self.process.terminate()
            self.process.wait(60)
