# Stage 05: queues. All of stage 04, and what is appended here.
include stages/04-horizontal/stage.mk
WORKERS          ?= 2
BROKERS          ?= 1
STAGE_WIRE       := stages/05-queues/wire.c
STAGE_CONFIG     := stages/05-queues/config.yaml
STAGE_SOURCES    += stages/05-queues/broker.c stages/05-queues/broker_consumer.c stages/05-queues/broker_producer.c stages/05-queues/broker_shelf.c stages/05-queues/broker_topics.c stages/05-queues/documents_queued.c stages/05-queues/envelope.c stages/05-queues/errands.c stages/05-queues/events_inbox.c stages/05-queues/events_outbox.c stages/05-queues/media_queued.c stages/05-queues/order_events_http.c stages/05-queues/order_watch.c stages/05-queues/queue_names.c stages/05-queues/queue_parts.c stages/05-queues/queue_settings.c stages/05-queues/relay.c stages/05-queues/subscriptions.c stages/05-queues/worker.c stages/05-queues/worker_deliver.c stages/05-queues/worker_hand.c
STAGE_PROGRAMS   += stages/05-queues/dlq.c
STAGE_QUERIES    += stages/05-queues/queries.sql
STAGE_MIGRATIONS += $(sort $(wildcard stages/05-queues/migrations/*.sql))
STAGE_SETTINGS   += queue_settings
STAGE_SERVERS    += $(if $(filter 1,$(BROKERS)),kafka,kafka*$(BROKERS))
STAGE_SERVICES   := shop*$(INSTANCES) relay worker*$(WORKERS)
STAGE_LIBRARIES  += rdkafka
STAGE_PORTS      += 05-queues
STAGE_PACKAGES   += 05-queues
