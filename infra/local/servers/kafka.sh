# shellcheck shell=bash disable=SC2034,SC2153 # names are for others; PORT and SERVER are the stack's
# A private Apache Kafka in KRaft mode: each server is a broker and a member of the quorum that decides who leads (no
# ZooKeeper). Alone it is called kafka; with BROKERS=3 they are kafka-1, kafka-2 and kafka-3, every topic is on all of
# them, and what has been acknowledged is on two at least: any one of them may die.
#
# Its jars come from Maven Central when it is started for the first time (infra/local/kafka). A cluster of one and a
# cluster of three keep their data apart: neither can become the other by being started differently.

DEFAULT_PORT=18092
READY_WITHIN=120 # four seconds on a machine with nothing else to do; of all servers it needs most of the processor

KAFKA_JARS=$ROOT/.run/kafka-3.9.1
KAFKA_MEMORY=(-Xms128m -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -XX:MaxMetaspaceSize=128m)

# Every server of the cluster.
kafka_servers() {
    local server
    for server in $SERVERS; do
        if [[ $(kind "$server") == kafka ]]; then echo "$server"; fi
    done
}

kafka_count() { kafka_servers | wc -l; }

# kafka_number SERVER: its id in the cluster.
kafka_number() { if [[ $1 =~ -([0-9]+)$ ]]; then printf '%s' "${BASH_REMATCH[1]}"; else printf 1; fi; }

# Where clients find them.
kafka_url() {
    local server variable all=''
    for server in $(kafka_servers); do
        variable=$(port_variable "$server")
        all+=,127.0.0.1:${!variable}
    done
    printf '%s' "${all#,}"
}

kafka_home() { printf '%s/kafka/of-%s/%s' "$RUN" "$(kafka_count)" "$(kafka_number "$SERVER")"; }

# What all servers of a cluster must agree on: its name (16 random bytes as text, none of which a command could take for an option), and of each the port on
# which the quorum talks, which is nobody else's business and therefore in no list of ports.
kafka_cluster() {
    local file server
    file=$RUN/kafka/of-$(kafka_count)/cluster
    mkdir -p "${file%/*}"
    ( # several servers start at the same time
        exec {cluster_lock}>"$file.lock"
        flock "$cluster_lock"
        if [[ -s $file ]]; then exit; fi
        LISTENERS=$(listeners) PORTS_CHOSEN=${PORTS_CHOSEN:-}
        {
            printf 'id=%s\n' "$(head -c 16 /dev/urandom | base64 | tr '+/' 'Aa' | tr -d '=')"
            for server in $(kafka_servers); do printf '%s=%s\n' "$(kafka_number "$server")" "$(port_free)"; done
        } | replace_file "$file"
    )
    recorded "$file" "$1"
}

kafka_quorum() {
    local server number all=''
    for server in $(kafka_servers); do
        number=$(kafka_number "$server")
        all+=,$number@127.0.0.1:$(kafka_cluster "$number")
    done
    printf '%s' "${all#,}"
}

kafka_settings() {
    local count replicas number
    count=$(kafka_count)
    replicas=$((count < 3 ? 1 : 3))
    number=$(kafka_number "$SERVER")
    cat <<CONF
node.id=$number
controller.quorum.voters=$(kafka_quorum)
listeners=PLAINTEXT://127.0.0.1:$PORT,CONTROLLER://127.0.0.1:$(kafka_cluster "$number")
advertised.listeners=PLAINTEXT://127.0.0.1:$PORT
log.dirs=$(kafka_home)/data
default.replication.factor=$replicas
min.insync.replicas=$((replicas > 1 ? 2 : 1))
offsets.topic.replication.factor=$replicas
transaction.state.log.replication.factor=$replicas
transaction.state.log.min.isr=$((replicas > 1 ? 2 : 1))
CONF
    cat "$LOCAL/kafka/server.properties"
}

kafka_java() { command -v java || fail "Java is missing:  infra/local/install.sh 05-queues"; }

# kafka_run CLASS ARGUMENT...: a command of Kafka's, in the foreground.
kafka_run() {
    local java
    java=$(kafka_java) || return 1
    env -i PATH="$PATH" LC_ALL=C.UTF-8 "$java" -Xmx128m -XX:TieredStopAtLevel=1 -XX:-UsePerfData \
        -Dlog4j.configuration="file:$LOCAL/kafka/log4j.properties" -cp "$KAFKA_JARS/*" "$@"
}

inputs() {
    kafka_java
    kafka_settings
    cat "$LOCAL/kafka/SHA256SUMS" "$LOCAL/kafka/log4j.properties"
    echo "${KAFKA_MEMORY[*]}"
}

# kafka_fetch: everything a first start needs. Servers of one cluster start together; one of them fetches.
kafka_fetch() {
    (
        mkdir -p "$ROOT/.run"
        exec {fetch_lock}>"$KAFKA_JARS.lock"
        flock "$fetch_lock"
        if ! command -v java >/dev/null || { [[ ! -e $KAFKA_JARS/complete ]] && ! command -v mvn >/dev/null; }; then
            "$LOCAL/install.sh" 05-queues || exit 1
        fi
        "$LOCAL/kafka/fetch.sh" "$KAFKA_JARS"
    )
}

start() {
    local home
    kafka_fetch || return 1
    home=$(kafka_home)
    mkdir -p "$home"
    kafka_settings | replace_file "$home/kraft.properties"
    if [[ ! -e $home/data/meta.properties ]]; then
        kafka_run kafka.tools.StorageTool format --cluster-id "$(kafka_cluster id)" --config "$home/kraft.properties" \
            >>"$LOGS/$SERVER.log" 2>&1 || return 1
    fi
    kafka_url | replace_file "$SECRETS/kafka.url"
    launch "$SERVER" "$(kafka_java)" "${KAFKA_MEMORY[@]}" -Djava.awt.headless=true \
        -Dlog4j.configuration="file:$LOCAL/kafka/log4j.properties" -cp "$KAFKA_JARS/*" \
        kafka.Kafka "$home/kraft.properties"
}

ready() { "$LOCAL/kafka/answers.sh" "$PORT"; }

stop() { terminate "$SERVER" TERM 20; }

status() {
    local count
    count=$(kafka_count)
    printf 'broker of %d, %s on disk' "$count" "$(du -sh "$(kafka_home)" 2>/dev/null | cut -f 1)"
}

# What a set of data has told is told to nobody else: its topics have a name of their own, and a new one each time the set
# is made anew.
kafka_prefix() {
    local times
    times=$(cat "$RUN/kafka/$DATA.times" 2>/dev/null || echo 0)
    printf '%s%s.' "$(data_database | tr _ -)" "$([[ $times -eq 0 ]] || echo "-$times")"
}

# the set of data is about to be made anew
forget_data() {
    local times
    times=$(cat "$RUN/kafka/$DATA.times" 2>/dev/null || echo 0)
    mkdir -p "$RUN/kafka"
    echo $((times + 1)) | replace_file "$RUN/kafka/$DATA.times"
}

# what the shop is told about it
shop_settings() {
    printf 'SHOP_BROKER_URL=%s\n' "$(kafka_url)"
    printf 'SHOP_BROKER_REPLICAS=%s\n' "$(($(kafka_count) < 3 ? 1 : 3))"
    printf 'SHOP_BROKER_PREFIX=%s\n' "$(kafka_prefix)"
}
