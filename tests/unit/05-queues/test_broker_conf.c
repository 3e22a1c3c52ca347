/* What librdkafka is told about how to speak to the broker. That it then keeps to it is its own suite's business. */
#include "stages/05-queues/broker_inside.h"
#include "tests/unit/05-queues/groups.h"

#include <string.h>

static void is_told(rd_kafka_conf_t *conf, const char *name, const char *expected)
{
    char value[64] = "";
    size_t size = sizeof(value);
    assert_int_equal(rd_kafka_conf_get(conf, name, value, &size), RD_KAFKA_CONF_OK);
    assert_string_equal(value, expected);
}

static void only_who_asks_for_it_is_encrypted(void **state)
{
    struct broker_state owner = {0};
    char error[256];
    (void)state;
    for (int tls = 0; tls < 2; tls++) {
        const struct broker_options options = {
            .url = "b-1.example:9094", .client_id = "test", .tls = tls};
        rd_kafka_conf_t *conf = broker_conf(&options, &owner, NULL, 0, error);
        assert_non_null(conf);
        is_told(conf, "security.protocol", tls ? "ssl" : "plaintext");
        is_told(conf, "enable.ssl.certificate.verification", "true");
        is_told(conf, "ssl.endpoint.identification.algorithm", "https");
        rd_kafka_conf_destroy(conf);
    }
}

int test_broker_conf(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(only_who_asks_for_it_is_encrypted)};
    return cmocka_run_group_tests_name("broker configuration", tests, NULL, NULL);
}
