"""What the words of this repository become in a fork, and which of them may not be left.

A rule is (files, pattern, replacement): a glob on the path in this repository, a regular expression, what stands
there afterwards. They are applied in order, so the particular come before the general; the last ones turn what is
left of "stage" in prose into "version", for a fork has a history but no curriculum. `$NAME` is the fork's name,
`$TITLE` the same with a capital letter. What the rules leave over, `leftovers` finds.
"""
import fnmatch
import re
import string

EVERYWHERE = "*"
MAKE = "infra/make/*.mk"
KIT = "infra/make/kit.mk"

RULES = [
    # the build: one project, so nothing is named by stage and nothing is appended
    (MAKE, r"^STAGE_BUILD +:=.*\n", ""),
    (MAKE, r"^# a stage's source that defines what.*\n", ""),
    (MAKE, r"^# declared for every stage.*\n", ""),
    (MAKE, r"^ALL_QUERIES .*\n", ""),
    (MAKE, r"\$\(ALL_QUERIES\)", "$(QUERIES)"),
    (MAKE, r"(?<=wildcard )common/modules/\*/queries\.sql", "common/modules/*/queries.sql common/adapters/queries.sql"),
    (MAKE, r"(?<=wildcard )common/modules/\*/migrations/\*\.sql", "common/modules/*/migrations/*.sql common/adapters/migrations/*.sql"),
    (MAKE, r"^COMMON_QUERIES :=", "QUERIES        :="),
    (MAKE, r"\bCOMMON_QUERIES\b", "QUERIES"),
    (MAKE, r" *\$\(STAGE_(WIRE|SOURCES|QUERIES|MIGRATIONS)(:%\.c=\$\(BUILD\)/%[a-z.]*)?\)", ""),
    (MAKE, r"^# the tables of the stage's own settings.*\n", ""),
    (MAKE, r"^# the tests build every stage.*\n", ""),
    (MAKE, r"^STAGES_PACKAGES .*\n", ""),
    (MAKE, r" \$\(STAGES_PACKAGES\)", ""),
    (MAKE, r" \(from (stage )?\d\d on\)", ""),
    (MAKE, r"^# what a stage has beside its shop.*\n", "# what stands beside the shop: a program for each of OWN_PROGRAMS\n"),
    (MAKE, r"(?<=filter-out common/app/main\.c),", " $(OWN_PROGRAMS),"),
    ("infra/local/stack", r"stage \$\{STAGE:-\?\} in .* has no dead letters: they come with .*(?=\")", "there is no $program; build it:  make build"),
    (MAKE, r"find common\b", "find src"),
    (MAKE, r"^#   stages/\$\(STAGE\)/generated/\*\.c +", "#   generated/*.c                   "),
    (MAKE, r"^#   stages/\$\(STAGE\)/shop +", "#   shop                            "),
    (MAKE, r"\$\(STAGE_BUILD\)", "$(BUILD)"),
    (MAKE, r" as this stage has them", ""),
    (MAKE, r"beside it those that the stage has for special purposes", "beside it those for special purposes"),
    (MAKE, r"Compiles one stage in", "Compiles the shop in"),
    (MAKE, r"compile the stage", "compile everything"),
    (MAKE, r"^test bench .*:(?= INSTALL)", "test:"),
    (MAKE, r"\bcommon\.(a|list)\b", r"$NAME.\1"),
    (MAKE, r"\bCOMMON_(SOURCES|OBJECTS)\b", r"\1"),
    (MAKE, r"^ifeq \(\$\(VARIANT\),fuzz\)\n.*\nendif\n|^VARIANT_FLAGS_fuzz.*\n", ""),
    (MAKE, r"asan, tsan or fuzz", "asan or tsan"),
    (MAKE, r"tsan,\n# and fuzz \(.*\)\.", "tsan."),
    (MAKE, r"passes on what the stage says about itself", "passes on what the Makefile says"),
    # what only measures and proves, or tests the course
    ("infra/packages.txt", r"^(clang|libclang-rt-dev|python3-psycopg2|wrk|kcat) .*\n|^nginx-light +what the proof.*\n", ""),
    ("infra/packages.txt", r"runs the peers of the benchmarks, and the tests in the browser", "runs the tests in the browser"),
    ("infra/packages.txt", r"installs their libraries, as their lock files say", "installs what those need, as the lock file says"),
    ("infra/packages.txt", r"follows the first hour of a fork", "follows docs/first-hour.md"),
    ("infra/packages.txt", r"; a stage that needs more adds a section with its name", ""),

    (EVERYWHERE, r"\bstage-facts\b", "facts"),

    # the scripts: what they call a stage is this project
    ("infra/local/stack", r' STAGE="\$STAGE"', ""),
    ("infra/local/stack", r"STAGE=\$\{STAGE:-01-monolith\}", "PROJECT=$NAME"),
    ("infra/local/stack", r"servers stage \$STAGE needs", "servers are needed"),
    ("infra/local/stack", r'echo "Stage \$STAGE in', 'echo "$STAGE in'),
    ("infra/local/stack", r"^# Servers of another stage that this one does not need", "# Servers that are not needed any more"),
    ("infra/local/stack", r"A stage lists those it stands on in STAGE_SERVERS", "The Makefile lists those the shop stands on in NEEDED_SERVERS"),
    ("infra/local/stack", r"Other variables: STAGE, VARIANT", "Other variables: VARIANT"),
    ("infra/local/stack", r"^#   infra/local/stack upgrade .*\n|^# shellcheck .*source=upgrade\.sh\n.*\n|^upgrade \| downgrade\)\n(?:    .*\n)+", ""),
    ("common/http/listeners.h", r" \(infra/local/sockets\.py\)", ""),
    ("infra/local/process.sh", r" LAUNCH_VIA goes before the command: words of a program\n# that becomes it \(sockets\.py\)\.", ""),
    ("infra/local/README.md", r"^\| `upgrade\.sh`, `sockets\.py`.*\n|^\| `(alone|drain)`.*\n", ""),
    # what is asked of a server when the stage beside takes over
    ("infra/local/servers/*.sh", r"^[A-Z]+_SECONDS=\d+\n\n?(?:# .*\n)*drain\(\) \{\n(?:.*\n)*?\}\n\n", ""),
    ("infra/local/servers/*.sh", r"(?:^# .*\n)*(?:^[A-Z]+_SECONDS=\d+\n)?^(?:alone|drain)\(\) \{ .*\}\n\n", ""),
    ("infra/local/lib.sh", r"^# metric_sum .*\n^metric_sum\(\) \{\n(?:.*\n)*?\}\n\n", ""),
    ("infra/local/README.md", r"scale, rolling-restart, upgrade", "scale, rolling-restart"),
    ("infra/local/README.md", r"and name it in a stage's `STAGE_SERVERS`", "and name it in `NEEDED_SERVERS` in the Makefile"),
    ("infra/local/README.md", r"Servers of a stage start together", "All start together"),
    ("infra/local/report.sh", r"The shop \(stage %s\) answers at", "%s answers at"),
    ("infra/local/servers/shop.sh", r", stage %s%s' \"\$PORT\" \"\$STAGE\"", "%s' \"$PORT\""),
    ("infra/local/servers/shop.sh", r"from the stage's config", "from config"),
    ("infra/local/*", r"stages/\$STAGE/", ""),
    ("infra/local/*", r"\bstage\b", "project"),

    # what takes it elsewhere: images have a release where they had a stage
    (KIT, r"\A(#.*\n)+", "# Takes the shop elsewhere: as images, and to where docs/deploy.md says.\n"),
    (KIT, r"(deploy|cost)\.py( up| down)? '\$\(STAGE\)'", r"\1.py\2 production"),
    (KIT, r"images of a stage \(STAGE=NN-name; ", "images (RELEASE=2: their tag; "),
    (KIT, r" \(STAGE=NN-name\)", ""),
    (KIT, r"\ba stage (to|on|can)", r"the shop \1"),
    (KIT, r"\bSTAGE='\$\(STAGE\)' ", ""),
    ("infra/docker/Dockerfile", r"A stage of the shop as an image", "The shop as an image"),
    ("infra/docker/Dockerfile", r"make image STAGE=\d\d ", "make image RELEASE=1"),
    ("infra/docker/Dockerfile", r"(stagecraft/\w+):\d\d-[a-z]+", r"\1:1            "),
    ("infra/docker/Dockerfile", r", of the stages that have it", ""),
    ("infra/docker/Dockerfile", r"^COPY common common\nCOPY stages stages\n.*\nRUN make .*\n", "COPY src src\nCOPY config.yaml ./\n"),
    ("infra/docker/Dockerfile", r"^ARG STAGE\n(?=ARG VERSION\nRUN)| STAGE=\"\$STAGE\"|(?<=collect\.sh )\"\$STAGE\" ", ""),
    ("infra/docker/collect.sh", r"collect\.sh STAGE", "collect.sh"),
    ("infra/docker/collect.sh", r"stage=\$1 out=\$2", "out=$1"),
    ("infra/docker/collect.sh", r"stages/\$stage/", ""),
    ("infra/docker/collect.sh", r"\"\$\(make -s .*\)\" (?=\"\$out)", "config.yaml "),
    ("infra/docker/collect.sh", r"\$\(make -s .* stage-files .*?\)(?=; do)", "$(sed -n 's/^OWN_PROGRAMS *:= *//p' Makefile)"),
    ("infra/docker/collect.sh", r"what the stage has beside it", "those beside it"),
    ("infra/docker/*", r"(out\"?)/stage\b", r"\1/programs"),
    ("infra/docker/image.sh", r"the images of a stage:  STAGE=NN-name", "the images:  RELEASE=1"),
    ("infra/docker/image.sh", r"image of \$STAGE", "image"),
    ("infra/compose/deploy.sh", r"\.run/deploy/STAGE", ".run/deploy/compose"),
    ("infra/compose/deploy.sh", r"A stage with a balancer gets (INSTANCES of the shop) behind it, one with a broker WORKERS", r"Behind a balancer there are \1, and with a broker WORKERS"),
    ("infra/compose/deploy.sh", r"A stage with a balancer gets INSTANCES of the shop behind it", "Behind a balancer there are INSTANCES of the shop"),
    ("infra/compose/deploy.sh", r"^(FILE=.*)\$STAGE", r"\1shop"),
    ("infra/compose/deploy.sh", r"stagecraft-\$\{STAGE%%-\*\}", "$NAME"),
    ("infra/compose/deploy.sh", r"^(HOME_DIR=.*)\$STAGE", r"\1compose"),
    ("infra/compose/deploy.sh", r"^\[\[ -r \$FILE \]\] .*\n", ""),
    ("infra/compose/*.yaml", r"\A# Stage \d\d.*\n", "# All that runs on a container host; deploy.sh starts it.\n"),
    ("infra/compose/parts/*", r"A stage's file says", "../shop.yaml says"),
    ("infra/kit/lib.sh", r"The shop \(stage %s\) answers at  %s\\n\\n' \"\$STAGE\"", r"The shop answers at  %s\\n\\n'"),
    ("k8s/overlays/*", r"\A# Stage \d\d.*\n", "# For trying out: the shop, and servers for it in the cluster.\n"),
    ("k8s/overlays/*", r"newTag: \d\d-[a-z-]+", 'newTag: "1"'),
    ("k8s/base/kustomization.yaml", r"The shop of any stage, as", "The shop as"),
    ("k8s/deploy.sh", r"^(OVERLAY=.*)\$STAGE", r"\1trial"),
    ("k8s/deploy.sh", r"^(HOME_DIR=.*)-\$STAGE", r"\1"),
    ("k8s/deploy.sh", r"^STAGE=.*\n", ""),
    ("*/deploy.sh", r"Puts a stage", "Puts the shop"),
    ("*/deploy.sh", r"STAGE=NN-name (?=infra|k8s)| STAGE=\$STAGE", ""),
    ("*/deploy.sh", r"\bstage \$STAGE", "the shop"),
    ("infra/*.sh", r"^STAGE=\$\{STAGE:\?.*\n", ""),
    ("infra/*.sh", r"\$\{RELEASE:-\$STAGE\}", "${RELEASE:-1}"),
    ("infra/docker/image.sh", r" \(as it stands: the stage\)", ""),
    ("infra/docker/*", r" STAGE=\$STAGE", ""),
    ("infra/docker/*", r"\bSTAGE\b", "RELEASE"),
    ("infra/compose/*", r"\bSTAGE\b", "RELEASE"),
    ("infra/docker/*", r"\bthe stage's (?=settings|configuration)", "the "),
    ("*/deploy.sh", r"\bthe stage's (?=images|overlay)", "the "),
    ("k8s/*", r"\bthe stage's (?=settings)", "the "),
    ("terraform/stages/*", r"\A# Stage \d\d.*\n", "# The shop on AWS, block by block.\n"),
    ("terraform/stages/*", r'Stage = "[^"]*", ', ""),
    ("terraform/stages/*", r'"stagecraft-\d\d"', '"$SLUG"'),
    ("terraform/stages/*", r"terraform/README\.md has the backend", "docs/deploy.md has the backend"),
    ("terraform/*", r"/shop:\d\d-[a-z-]+", "/shop:1"),
    ("terraform/*.py", r'f"stagecraft-\{stage\[:2\]\}"', '"$SLUG"'),
    ("terraform/*.py", r" STAGE=(\{stage\}|NN-name)", ""),
    ("terraform/*.py", r"\bNN-name", "NAME"),
    ("terraform/deploy.py", r"\\d\\d-(?=\[a-z-\]\+)", ""),
    ("terraform/cost.py", r"\n\nAlso what a million requests[^\"]*", "\n"),
    ("terraform/cost.py", r"^import (json|math|os)\n|^\nRESULTS = .*\nSECONDS = .*\n", ""),
    ("terraform/cost.py", r"; with RECORD=1 it also goes to docs/results, which README\.md shows", ""),
    ("terraform/cost.py", r"^def (capacity|for_each|digits)\(.*\n(?:(?:    .*)?\n)+?(?=def )|^    dear = for_each\(.*\n(?:    .*\n)+", ""),
    ("terraform/tests/*", r"tests/terraform puts", "plan.py puts"),
    ("terraform/*", r"\bstage(s?)\b", r"deployment\1"),
    ("terraform/*", r"\bStage\b", "Deployment"),

    # the tests
    ("tests/*.py", r"^from stage import stage_named.*\n", ""),
    ("tests/support/openapi.py", r" What has come with a later stage[^\n]*", ""),
    ("tests/support/openapi.py", r'^            if item\.get\("x-since", ""\) > stage_named\(\):\n                continue\n', ""),
    ("tests/support/stack.py", r", stage=None, variant", ", variant"),
    ("tests/support/stack.py", r"\(run, stage_named\(stage\), ", "(run, "),
    ("tests/support/stack.py", r", STAGE=self\.stage", ""),
    ("tests/support/stack.py", r"^    def change_stage\(self, to\):\n(?:.+\n)+\n", ""),
    ("tests/support/stack.py", r"\(run, None, None\)", "(run, None)"),
    ("tests/support/stack.py", r'self\.env\["STAGE"\], ', ""),
    ("tests/support/stack.py", r"\(self, run, stage, variant\)", "(self, run, variant)"),
    ("tests/support/stack.py", r"self\.stage, self\.variant, self\.run = stage, variant", "self.variant, self.run = variant"),
    ("tests/support/stack.py", r' / "stages" / stack\.stage', ""),
    ("tests/support/stack.py", r'"STAGE_"\)', '"NEEDED_")'),
    ("tests/ports/README.md", r"/stages/<stage>", ""),
    ("tests/contract/conftest.py", r"against any stage and any deployment", "against any deployment"),
    ("tests/contract/conftest.py", r"the shop of \$STAGE in \$VARIANT", "the shop in $VARIANT"),
    ("tests/contract/test_operations.py", r'assert re\.match\(.*stage\.json\(\)\["stage"\]\)', 'assert version.json()["name"] == "$NAME"'),
    ("tests/faults/test_race.py", r"\n\nThe same race is run[^\"]*", "\n"),
    ("tests/faults/test_race.py", r"\n\ndef test_the_race_sees_a_check_then_set(.*\n)+", ""),
    ("tests/faults/test_race.py", r"^import pytest\n\n", ""),
    ("tests/browser/run", r"^    tests/browser/run --front.*\n", ""),
    ("tests/browser/run", r'^    if "--front" in(.*\n)+?(?=    #)', ""),
    ("tests/browser/README.md", r"^\| `front\.mjs`.*\n", ""),
    # they are about the scripts, on the servers of the first stage
    ("tests/local/conftest.py", r"^PROGRAMS = .*\n", r'\g<0>SERVERS = {"NEEDED_SERVERS": "postgres smtp sandbox", "NEEDED_SERVICES": "shop", "NEEDED_ENTRY": "shop", "CONFIG_FILE": "config.yaml"}\n'),
    ("tests/local/conftest.py", r"PROGRAMS=str\(self\.programs\)\)", "PROGRAMS=str(self.programs), **SERVERS)"),
    ("tests/local/*.py", r"stages/01-monolith/", ""),
    ("tests/local/*.py", r"\bstage\b", "project"),
    ("tests/local/test_scripts.py", r'ROOT / "\.ci/run", ', ""),
    ("tests/structure/test_boundaries.py", r'^    "[^"]+": "stages/[^"]*",\n', ""),
    ("tests/structure/test_boundaries.py", r'\("modules", "app"\)', '("modules", "app", "adapters", "programs")'),
    ("tests/structure/test_boundaries.py", r'@pytest\.mark\.parametrize\("path", sources\("stages/(.*\n)+?\n\n', ""),
    ("tests/structure/test_boundaries.py", r'(, )?"stages/[^"]*"', ""),

    # the API tells which program this is instead of which stage
    ("docs/api/openapi.yaml", r"One contract for all stages: the API only grows, and the same black-box suite passes on each of them\.", "The API only grows, and the suite in tests/contract passes on every deployment."),
    ("docs/api/openapi.yaml", r"stage: \{type: string\}", "name: {type: string}"),
    ("docs/api/openapi.yaml", r"required: \[stage, ", "required: [name, "),
    ("docs/api/openapi.yaml", r"Which stage this is", "What this is"),
    ("docs/api/openapi.yaml", r"Stage, version, instance", "Name, version, instance"),
    ("common/app/operations_http.c", r'"stage", build_stage', '"name", build_title'),
    ("common/app/main.c", r'"stage", build_stage', '"name", build_title'),
    (EVERYWHERE, r"\bbuild_stage\b", "build_title"),
    ("common/app/settings*", r"(?i)the stage names it in STAGE_SETTINGS", "the Makefile names it in SETTINGS_PARTS"),
    ("common/app/settings*", r"A stage's own\n \* settings are", "Those of other parts\n * are"),
    ("common/app/settings*", r"how a stage adds some of its own", "how a part of the program adds some of its own"),
    ("common/app/settings*", r"A stage writes another and names it in its stage\.mk", "A part writes another and is named in the Makefile"),
    ("common/app/settings*", r"Of the stage, in the order of STAGE_SETTINGS", "In the order of SETTINGS_PARTS"),
    ("common/app/generated.h", r"01-monolith", "$NAME"),
    ("common/app/generated.h", r" for each stage\.", "."),
    ("common/web/assets/frame.js", r"Served by stage \$\{stage\.stage\}", "Served by ${version.name} ${version.version}"),
    ("common/web/assets/*.css", r"--stage\b", "--hero"),
    ("common/web/assets/*.css", r"--on-stage\b", "--on-hero"),

    ("infra/make/help.awk", r" \[STAGE=\d\d\]", ""),
    ("infra/seed/sizes.c", r"the million users that the later stages are about", "a million users"),
    ("tests/ports/database.c", r"those of the stage's own", "others"),

    # sentences about where something stands
    ("common/pg/migrate.h", r" and from the stage's\n \* own migrations/ folder\.", "."),
    ("common/pg/migrate.h", r', or "02-indexing" for a stage\'s own', ""),
    ("common/pg/migrate.h", r"an older stage on", "an older one on"),
    ("common/app/main.c", r", the same for every stage: what differs is the wire\(\) it is linked with", "; what it is made of stands in wire.c"),
    ("common/app/app.h", r"wired by the stage's wire\.c, the page on which the\n \* architecture of that stage can be read", "wired by wire.c, the page on which the\n * architecture can be read"),
    ("common/app/app.h", r"Written out in full by each stage\. ", ""),
    ("common/app/parts.h", r"Parts that every stage makes the same way from the settings", "Parts that are made from the settings alone"),
    ("stages/*/wire.c", r"Stage \d\d, the whole architecture on one page: (as before, (but )?)?", "The whole architecture on one page: "),
    ("stages/*/wire.c", r"\n \* then the routes\. Later stages have[^/]*\*/", "\n * then the routes.\n */"),
    ("stages/*", r" (of|in) this stage:", ":"),
    ("stages/*", r"this stage's parts from its settings", "parts of the shop from its settings"),
    ("stages/*", r"The settings that this stage adds", "More settings"),
    ("stages/*", r"\bthis stage needs", "the shop needs"),
    ("stages/*/config.yaml", r"^# Stage \d\d\. ", "# "),
    ("common/modules/orders/order_saga.h", r" A stage may ask for all of them at once instead\.", ""),
    ("common/modules/users/sessions.h", r"because later stages move it out of the database", "so that it can move out of the database"),
    ("common/modules/catalog/catalog_pg.c", r"the first thing a later stage improves", "the first thing to improve"),
    ("common/modules/notifications/README.md", r" That is the problem of stage \d\d\.", ""),
    ("common/modules/*/queries.sql", r"^-- New: t", "-- T"),
    ("tests/ports/*", r"later stages wrap or replace some", "another implementation may wrap or replace one"),
    ("tests/ports/*", r"A stage that replaces or wraps\n \* a port adds a row", "Whoever replaces or wraps\n * a port adds a row"),
    ("tests/ports/*", r"\bstage_tables\b", "more_tables"),
    ("tests/ports/*", r"What a stage adds to main\.c's table; NULL at the end\. Written by test\.mk from STAGE_PORTS", "What folders of tests/ports add to main.c's table; NULL at the end. Written by test.mk from PORT_FOLDERS"),
    ("tests/ports/*", r"ports_0\d_", "ports_"),
    ("tests/ports/*", r"What stage \d\d adds:", "More implementations:"),
    ("tests/ports/*", r"Stage \d\d's implementations and suites", "More implementations and suites"),
    ("tests/ports/*", r"[Ss]tage \d\d's wire|the stage's wire", "wire"),
    ("tests/ports/README.md", r"`NN-name/` \| what a stage adds: its implementations, and suites", "`NAME/` | what an addition brings: its implementations, and suites"),
    ("tests/ports/README.md", r"the stage's folder", "a folder of its own"),
    ("tests/ports/README.md", r"`STAGE_PORTS` in the `stage\.mk` names the folder", "`PORT_FOLDERS` in the Makefile names the folder"),
    ("tests/ports/*", r"as stage 01 (does|makes)", r"as wire.c \1"),
    ("tests/ports/*", r"The implementations of stage 01: every", "The implementations of the shop: every"),
    ("tests/ports/*", r"Stage 01 puts", "The shop puts"),
    ("tests/ports/database.c", r"depends on the stage", "depends on the migrations"),
    ("docs/decisions/*", r" `make bench` measures [^.]*\.", ""),
    ("docs/decisions/*", r", and takes stage 02's lesson away", ""),
    ("docs/decisions/*", r"Where stage \d\d is deployed", "Where it is deployed"),
    ("docs/decisions/*", r"Stage \d\d adds a broker, and", "There is a broker, and"),
    ("docs/decisions/*", r"; `make test-kit` shows it[^.]*\.", "."),
    ("docs/decisions/*", r"From stage \d\d on what", "What"),
    ("docs/decisions/*", r"\bStage \d\d\b", "The shop"),
    ("docs/decisions/*", r"; what the balancer as a whole costs at low load is part of the stage's proof", ""),
    ("docs/decisions/*-in-a-cluster.md", r"A stage goes into", "The shop goes into"),
    ("docs/decisions/*-in-a-cluster.md", r"tries a stage out", "tries it out"),
    ("docs/decisions/*-in-a-cluster.md", r"the stage is no longer what the reader sees in its overlay", "what runs is no longer what one reads in the overlay"),
    ("docs/decisions/*-on-aws.md", r"The roots of stages 01 to 03 let RDS make the database's password and keep", "RDS can make the database's password and keep"),
    ("docs/decisions/*-on-aws.md", r", so stage 04 could not use it at all|, for all stages alike| \(it was from stage 03 on\)", ""),
    (EVERYWHERE, r"\b(balancer|workers) of stage \d\d", r"\1"),
    ("tests/unit/*", r"The unit tests of stage \d\d", "Unit tests of adapters"),

    # and everything else
    (EVERYWHERE, r"\bSTAGE_CONFIG\b", "CONFIG_FILE"),
    (EVERYWHERE, r"\bSTAGE_SERVERS\b", "NEEDED_SERVERS"),
    (EVERYWHERE, r"\bSTAGE_SERVICES\b", "NEEDED_SERVICES"),
    (EVERYWHERE, r"\bSTAGE_ENTRY\b", "NEEDED_ENTRY"),
    (EVERYWHERE, r"\bSTAGE_LIBRARIES\b", "LIBRARIES"),
    (EVERYWHERE, r"\bSTAGE_PROGRAMS\b", "OWN_PROGRAMS"),
    (EVERYWHERE, r"\bSTAGE_PACKAGES\b", "PACKAGE_SECTIONS"),
    (EVERYWHERE, r"\bSTAGE_SETTINGS\b", "SETTINGS_PARTS"),
    (EVERYWHERE, r"\bSTAGE_OBJECTS\b", "GENERATED_OBJECTS"),
    (EVERYWHERE, r"\bSTAGE\b", "PROJECT"),
    (EVERYWHERE, r"\b01-monolith\b", "$NAME"),
    (EVERYWHERE, r"(?<![\w-])common/", "src/"),
    (EVERYWHERE, r"Stagecraft Shop", "$TITLE"),
    (EVERYWHERE, r"Stagecraft", "$TITLE"),
    (EVERYWHERE, r"stagecraft", "$NAME"),
    (EVERYWHERE, r"\b0[1-8]-(indexing|caching|horizontal|queues|rate-limiting|observability|services)\b", r"\1"),
    (EVERYWHERE, r"STAGECRAFT_STAGES_", "${GUARD}_"),
    (EVERYWHERE, r"STAGECRAFT", "$GUARD"),
    (EVERYWHERE, r"\bget_stage\b", "get_about"),
    (EVERYWHERE, r"\bshowStage\b", "showVersion"),
    ("tests/contract/*", r"_stage\b", "_version"),
    (EVERYWHERE, r"\bStage 01\b", "The first version"),
    (EVERYWHERE, r"\bstage 01\b", "the first version"),
    (EVERYWHERE, r"\bstage \d\d\b", "a later version"),
    (EVERYWHERE, r"(?<!and )\bstage(s?)\b", r"version\1"),
    (EVERYWHERE, r"(?<!and )\bStage(s?)\b", r"Version\1"),
]

# Nothing of this may be left, but where LEFT_ALONE says so.
FORBIDDEN = re.compile(r"(?i:stagecraft|monolith|\b0[1-8]-[a-z]+|(?<![a-z])stages?(?![a-z])|\blessons?\b|\blearners?\b|\bcurriculum\b|(?<![\w-])common/)|"
                       r"STAGE|Stage|make (?:prove|diff|explain|fork|bench|soak|readme)\b")
LEFT_ALONE = [("LICENSE", "The Stagecraft authors"), ("infra/seed/words.c", "Concerts and stage"),
              ("infra/seed/words.c", "surf lesson"), ("infra/seed/words.c", "golf lesson"), ("infra/seed/words.c", "tennis lesson")]


class Words:
    """The rules for one name."""

    def __init__(self, name):
        self.values = {"NAME": name, "TITLE": name.replace("_", " ").capitalize(), "GUARD": name.upper(),
                       "SLUG": name.replace("_", "-")[:20].rstrip("-")}  # what services in a cloud may be called
        self.rules = [(glob, re.compile(pattern, re.MULTILINE), self.fill(text)) for glob, pattern, text in RULES]

    def fill(self, text):
        """The template with the names in it; other dollars stay."""
        return string.Template(text).safe_substitute(self.values)

    def changed(self, path, text):
        """The text of the file at `path` of this repository, as the fork has it."""
        for glob, pattern, replacement in self.rules:
            if fnmatch.fnmatch(path, glob):
                text = pattern.sub(replacement, text)
        return text


def leftovers(root, paths):
    """"path:line: text" of every word of the course in those files under root."""
    found = []
    for path in paths:
        try:
            lines = (root / path).read_text().splitlines()
        except UnicodeDecodeError:
            continue
        allowed = [words for name, words in LEFT_ALONE if name == str(path)]
        for number, line in enumerate(lines, 1):
            for words in allowed:
                line = line.replace(words, "")
            if FORBIDDEN.search(line):
                found.append(f"{path}:{number}: {line.strip()[:150]}")
    return found
