#!/bin/bash
# The first process of Kafka's container, which compose and Kubernetes lay beside the well-known image: one server in KRaft
# mode, broker and quorum in one, with the settings of the local stack. Alone it keeps everything once: as durable as its
# disk, and no more.
set -euo pipefail

kit=$(dirname "$0")
data=/var/lib/kafka/data/log # a folder of its own: the root of a fresh disk is not empty
settings=/tmp/kraft.properties

{
    cat "$kit/server.properties"
    cat <<CONF
node.id=1
controller.quorum.voters=1@127.0.0.1:9093
listeners=PLAINTEXT://0.0.0.0:9092,CONTROLLER://127.0.0.1:9093
advertised.listeners=PLAINTEXT://kafka:9092
log.dirs=$data
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
CONF
} >$settings

options=(-XX:+UseSerialGC -XX:-UsePerfData -Djava.awt.headless=true "-Dlog4j.configuration=file:$kit/log4j.properties" -cp '/opt/kafka/libs/*')
if [[ ! -e $data/meta.properties ]]; then
    java -Xmx128m "${options[@]}" kafka.tools.StorageTool format --config $settings \
        --cluster-id "$(head -c 16 /dev/urandom | base64 | tr '+/' 'Aa' | tr -d '=')"
fi
exec java -Xms256m -Xmx512m "${options[@]}" kafka.Kafka $settings
