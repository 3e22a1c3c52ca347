/* Published test vectors, and everything that must be refused.
 */
#include "common/base/bytes.h"

#include "tests/unit/base/groups.h"

#include <ctype.h>
#include <string.h>

static int setup(void **state)
{
    static struct arena arena;
    arena_init(&arena, 1 << 20);
    *state = &arena;
    return 0;
}

static int teardown(void **state)
{
    arena_release(*state);
    return 0;
}

static void test_hex(void **state)
{
    (void)state;
    char out[9];
    bytes_to_hex("\x00\x0f\xa5\xff", 4, out);
    expect_text(out, "000fa5ff");
    bytes_to_hex("", 0, out);
    expect_text(out, "");
}

static void test_base64url_both_ways(void **state)
{
    struct arena *arena = *state;
    static const struct {
        const char *bytes, *text;
    } rows[] = {
        {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
        {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff\xbf", "-_-_"}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t length = strlen(rows[i].bytes), decoded = 99;
        expect_text(bytes_to_base64url(arena, rows[i].bytes, length), rows[i].text);
        char *back = bytes_from_base64url(arena, rows[i].text, &decoded);
        expect_text(back, rows[i].bytes);
        assert_int_equal(decoded, length);
    }
    unsigned char all[256];
    for (int i = 0; i < 256; i++)
        all[i] = (unsigned char)i;
    for (size_t length = 0; length <= 256; length++) {
        size_t decoded = 0;
        char *back = bytes_from_base64url(arena, bytes_to_base64url(arena, all, length), &decoded);
        assert_non_null(back);
        assert_int_equal(decoded, length);
        assert_memory_equal(back, all, length);
    }
}

static void test_base64url_refuses_what_is_not_exactly_that(void **state)
{
    static const char *const wrong[] = {
        "Zg==",  "Zg=",   "Zm8=",   "Z",     "Zm9vY",  "Zh",    "Zm9", /* left-over bits set */
        "Zm9 v", " Zm9v", "Zm9v\n", "Zm9v ", "+/+/",   "Zm9v=", "Z\xc3\xa9v",
        "====",  "=",     "Zm.v",   "Zm9v!", "Zm9vZh",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        size_t length = 0;
        if (bytes_from_base64url(*state, wrong[i], &length)) fail_msg("'%s' was decoded", wrong[i]);
    }
}

static void test_base64url_knows_only_its_alphabet(void **state)
{
    for (int byte = 1; byte < 256; byte++) {
        size_t length = 0;
        const char text[] = {'Z', (char)byte, '9', 'v', '\0'};
        bool letter = byte < 0x80 && (isalnum(byte) || byte == '-' || byte == '_');
        if (letter != (bytes_from_base64url(*state, text, &length) != NULL))
            fail_msg("byte 0x%02x is judged wrongly", byte);
    }
}

static void test_hashes(void **state)
{
    (void)state;
    char out[BYTES_SHA256_HEX];
    bytes_sha256_hex("abc", 3, out);
    expect_text(out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    bytes_sha256_hex("", 0, out);
    expect_text(out, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    bytes_hmac_sha256_hex("Jefe", "what do ya want for nothing?", 28, out); /* RFC 4231, case 2 */
    expect_text(out, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    char key[132]; /* RFC 4231, case 6: a key longer than a block */
    memset(key, 0xaa, 131);
    key[131] = '\0';
    const char *text = "Test Using Larger Than Block-Size Key - Hash Key First";
    bytes_hmac_sha256_hex(key, text, strlen(text), out);
    expect_text(out, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    assert_true(bytes_fnv1a("", 0) == 0xcbf29ce484222325u);
    assert_true(bytes_fnv1a("a", 1) == 0xaf63dc4c8601ec8cu);
    assert_true(bytes_fnv1a("foobar", 6) == 0x85944171f73967e8u);
}

static void test_random_hex(void **state)
{
    (void)state;
    char seen[400][33];
    int digits[16] = {0};
    for (int i = 0; i < 400; i++) {
        bytes_random_hex(seen[i], 32);
        assert_int_equal(strlen(seen[i]), 32);
        assert_int_equal(strspn(seen[i], "0123456789abcdef"), 32);
        for (int j = 0; j < 32; j++)
            digits[strchr("0123456789abcdef", seen[i][j]) - "0123456789abcdef"]++;
        for (int j = 0; j < i; j++)
            assert_string_not_equal(seen[i], seen[j]);
    }
    for (int i = 0; i < 16; i++) /* 800 expected, standard deviation 27 */
        assert_in_range(digits[i], 600, 1000);
    char odd[8];
    bytes_random_hex(odd, 7);
    assert_int_equal(strlen(odd), 7);
    bytes_random_hex(odd, 0);
    expect_text(odd, "");
}

static void test_random_token(void **state)
{
    char *a = bytes_random_token(*state), *b = bytes_random_token(*state);
    size_t length = 0;
    assert_int_equal(strlen(a), 43);
    assert_string_not_equal(a, b);
    assert_non_null(bytes_from_base64url(*state, a, &length));
    assert_int_equal(length, 32);
}

static void test_equal_secret(void **state)
{
    (void)state;
    assert_true(bytes_equal_secret("", ""));
    assert_true(bytes_equal_secret("abc", "abc"));
    assert_false(bytes_equal_secret("abc", "abd"));
    assert_false(bytes_equal_secret("abc", "ab"));
    assert_false(bytes_equal_secret("", "a"));
}

/* Decoding by the definition (RFC 3629): a value, its shortest form, no surrogate. */
static bool is_utf8_by_definition(const unsigned char *at, size_t length)
{
    static const uint32_t smallest[] = {0, 0x80, 0x800, 0x10000};
    while (length > 0) {
        int more = at[0] < 0x80             ? 0
                   : (at[0] & 0xE0) == 0xC0 ? 1
                   : (at[0] & 0xF0) == 0xE0 ? 2
                   : (at[0] & 0xF8) == 0xF0 ? 3
                                            : -1;
        if (more < 0 || (size_t)more >= length) return false;
        uint32_t value = more == 0 ? at[0] : at[0] & (0x3Fu >> more);
        for (int i = 1; i <= more; i++) {
            if ((at[i] & 0xC0) != 0x80) return false;
            value = value << 6 | (at[i] & 0x3F);
        }
        if (value < smallest[more] || value > 0x10FFFF) return false;
        if (value >= 0xD800 && value <= 0xDFFF) return false;
        at += more + 1;
        length -= (size_t)more + 1;
    }
    return true;
}

static void expect_same(const unsigned char *text, size_t length)
{
    if (bytes_is_utf8(text, length) != is_utf8_by_definition(text, length))
        fail_msg("%02x %02x %02x %02x (%zu) is judged wrongly", text[0], text[1], text[2], text[3],
                 length);
}

static void test_utf8_against_the_definition(void **state)
{
    (void)state;
    unsigned char text[5] = {0};
    for (unsigned value = 0; value < 1u << 24; value++) { /* all sequences of up to three bytes */
        text[0] = (unsigned char)(value >> 16);
        text[1] = (unsigned char)(value >> 8);
        text[2] = (unsigned char)value;
        if (text[0] < 0x80 && value % 257 != 0) continue; /* ASCII first: a sample will do */
        if (text[0] >= 0xF5 && value % 65 != 0) continue;
        expect_same(text, 3);
    }
    static const unsigned char edges[] = {0x00, 0x7F, 0x80, 0x8F, 0x90,
                                          0x9F, 0xA0, 0xBF, 0xC0, 0xFF};
    for (unsigned lead = 0xEF; lead <= 0xFF; lead++) {
        for (unsigned i = 0; i < 10000; i++) {
            text[0] = (unsigned char)lead;
            text[1] = edges[i / 1000 % 10];
            text[2] = edges[i / 100 % 10];
            text[3] = edges[i / 10 % 10];
            for (size_t length = 1; length <= 4; length++)
                expect_same(text, length);
        }
    }
}

static void test_utf8_in_any_place(void **state)
{
    (void)state;
    assert_true(bytes_is_utf8("", 0));
    assert_true(bytes_is_utf8("a\0b", 3));
    assert_true(
        bytes_is_utf8("Köln, 東京, 🎟 and so on", strlen("Köln, 東京, 🎟 and so on")));
    char text[40];
    for (size_t at = 0; at < sizeof(text); at++) { /* the fast path must not skip one */
        memset(text, 'x', sizeof(text));
        assert_true(bytes_is_utf8(text, sizeof(text)));
        text[at] = (char)0xC3; /* a lead byte without its second */
        assert_false(bytes_is_utf8(text, sizeof(text)));
        assert_false(bytes_is_utf8(text, at + 1));
    }
}

int test_bytes(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hex),
        cmocka_unit_test_setup_teardown(test_base64url_both_ways, setup, teardown),
        cmocka_unit_test_setup_teardown(test_base64url_refuses_what_is_not_exactly_that, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_base64url_knows_only_its_alphabet, setup, teardown),
        cmocka_unit_test(test_hashes),
        cmocka_unit_test(test_random_hex),
        cmocka_unit_test_setup_teardown(test_random_token, setup, teardown),
        cmocka_unit_test(test_equal_secret),
        cmocka_unit_test(test_utf8_against_the_definition),
        cmocka_unit_test(test_utf8_in_any_place),
    };
    return cmocka_run_group_tests_name("bytes", tests, NULL, NULL);
}
