"""What takes a fork elsewhere: images, and of a container host, a cluster and AWS those that its stage can go to.

A stage goes where it has a file, an overlay or a root of its own. Those come along, and what they name, and what that
names: the components, parts, modules and images of other stages stay behind.
"""
import re

import blocks

# target: what a stage has of its own there, and where that lies in a fork
OWN = {"compose": ("infra/compose/{}.yaml", "infra/compose/shop.yaml"),
       "k8s": ("k8s/overlays/{}/", "k8s/overlays/trial/"),
       "aws": ("terraform/stages/{}/", "terraform/deployments/production/")}
# target: what every stage needs there
COMMON = {"compose": ["infra/compose/deploy.sh"],
          "k8s": ["k8s/deploy.sh", "k8s/base/*", "docs/decisions/*-in-a-cluster.md"],
          "aws": ["terraform/*.py", "terraform/prices.yaml", "terraform/.gitignore", "terraform/left/*", "terraform/tests/*",
                  "docs/decisions/*-on-aws.md"]}
MAKEFILE, DOCKERFILE, IMAGES = "infra/make/kit.mk", "infra/docker/Dockerfile", "infra/docker/image.sh"
NAMED = ["infra/docker/*", "infra/kit/*.sh", "infra/compose/parts/*", "k8s/components/*", "terraform/modules/*"]


def read(path):
    return (blocks.ROOT / path).read_text()


def taken(stage, servers):
    """Of a stage with these servers: (targets, {path: its place in a fork}, {path: its text} of those that lose something)."""
    listed = blocks.listed()
    targets = [target for target, (own, _) in OWN.items() if any(path.startswith(own.format(stage)) for path in listed)]
    makefile = cut_makefile(read(MAKEFILE), targets, servers)
    cut = {MAKEFILE: makefile, DOCKERFILE: cut_images(read(DOCKERFILE), re.search(r"IMAGES='([^']*)'", makefile)[1].split())}
    places = {path: path for path in (DOCKERFILE, IMAGES)}
    for target in targets:
        own, place = OWN[target]
        places |= {path: path.replace(own.format(stage), place) for path in listed if path.startswith(own.format(stage))}
        places |= {path: path.replace("/stage.", "/deployment.") for path in listed if blocks.matches(path, COMMON[target])}
    waiting = {path for path in listed if blocks.matches(path, NAMED)} - places.keys()
    while asked := {path for path in waiting if any(names(cut.get(asker) or read(asker), path) for asker in places)}:
        places |= {path: path for path in asked}
        waiting -= asked
    return targets, places, cut


def names(text, path):
    """Does the text ask for that file? For a component or module by its folder, for others by the end of their path."""
    parts = path.split("/")
    word = {"components": rf"components/{parts[2]}", "modules": rf'source += "[./a-z]+/{parts[2]}'}.get(parts[1], rf"\b{re.escape('/'.join(parts[-2:]))}")
    return bool(re.search(rf"{word}(?![\w-])", text))


def cut_makefile(text, targets, servers):
    """kit.mk with these targets, and with the images that these servers need."""
    for target in OWN.keys() - targets:
        text = re.sub(rf"^DE\w+_{target} .*\n", "", text, flags=re.MULTILINE)
    if not targets:
        text = re.sub(r"^# where a stage can go(?:.*\n)+?\n(?=##@)", "", text, flags=re.MULTILINE)
    text = text.replace("compose|k8s|aws: a container host, a cluster, the cloud", "|".join(targets))
    return re.sub(r" \$\(if \$\(filter (\w+)\W*,\$\(STAGE_SERVERS\)\),(\w+)\)", lambda found: f" {found[2]}" if found[1] in servers else "", text)


def cut_images(text, images):
    """The Dockerfile with these images, and those that they are made from."""
    head, *parts = re.split(r"^(?=# --- )", text, flags=re.MULTILINE)
    parts = {re.search(r"^FROM .* AS (\w+)", part, re.MULTILINE)[1]: part for part in parts}
    kept = set(images)
    while more := {name for name in parts.keys() - kept if any(re.search(rf"(FROM |--from=){name}\b", parts[other]) for other in kept & parts.keys())}:
        kept |= more
    for name in parts.keys() - kept:
        head = re.sub(rf"^#     stagecraft/{name}:.*\n", "", head, flags=re.MULTILINE)
    return head + "".join(part for name, part in parts.items() if name in kept)
