/* How much memory a picture takes, held against a limit: a process of its own gets little more address
 * space than it has, and must scale in that. Sanitizers take address space by the terabyte, so in
 * their builds the pictures are scaled without a limit.
 */
#include "tests/unit/media/groups.h"
#include "tests/unit/media/made.h"

#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { LIMITED = false };
#else
enum { LIMITED = true };
#endif

enum { MIB = 1 << 20, EXIT_NO_LIMIT = 100 };

static size_t address_space(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%lu", &pages) != 1) abort();
    fclose(file);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* picture_scale() with that much memory; the status. */
static int scale_within(enum picture_kind kind, struct made made, size_t bytes)
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct picture_set set;
        char why[PICTURE_WHY_MAX] = "";
        const rlim_t limit = address_space() + bytes;
        if (LIMITED && setrlimit(RLIMIT_AS, &(struct rlimit){limit, limit}) != 0)
            _exit(EXIT_NO_LIMIT);
        const enum status status = picture_scale(kind, made.bytes, made.length, &set, why);
        if (status == STATUS_OK) picture_set_release(&set);
        _exit((int)status);
    }
    int ended = 0;
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_true(WIFEXITED(ended));
    return WEXITSTATUS(ended);
}

static void assert_scales_within(enum picture_kind kind, struct made made, size_t bytes)
{
    assert_int_equal(scale_within(kind, made, bytes), STATUS_OK);
    free(made.bytes);
}

/* A few kilobytes that unfold to 24 megapixels: taken row by row they are no bomb. */
static void test_a_bomb_of_rows_bursts_in_little_memory(void **state)
{
    (void)state;
    struct made bomb = made_png(&(struct made_png){10000, 2500, PNG_COLOR_TYPE_GRAY, 1});
    assert_true(bomb.length < 64 * 1024);
    assert_scales_within(PICTURE_PNG, bomb, 32 * MIB);
}

static void test_a_photo_is_never_there_as_a_whole(void **state)
{
    (void)state;
    assert_scales_within(PICTURE_JPEG, made_jpeg(&(struct made_jpeg){6000, 4000}), 32 * MIB);
}

static void test_the_dearest_have_a_limit_too(void **state)
{
    const struct made_png png = {6000, 4000, PNG_COLOR_TYPE_GRAY, 1, .interlaced = true};
    (void)state;
    assert_scales_within(PICTURE_PNG, made_png(&png), 130 * MIB);
    const struct made_jpeg jpeg = {6000, 4000, .progressive = true};
    assert_scales_within(PICTURE_JPEG, made_jpeg(&jpeg), 180 * MIB);
}

static void test_without_memory_it_says_so(void **state)
{
    (void)state;
    if (!LIMITED) return;
    struct made pngs[] = {made_png(&(struct made_png){1700, 1300}),
                          made_png(&(struct made_png){8, 8, .interlaced = true})};
    struct made jpegs[] = {made_jpeg(&(struct made_jpeg){1700, 1300}),
                           made_jpeg(&(struct made_jpeg){8, 8, .progressive = true})};
    made_lie_png(&pngs[1], 6000, 4000);
    made_lie_jpeg(&jpegs[1], 6000, 4000);
    for (size_t room = 0; room < 7 * (size_t)MIB; room += MIB)
        for (int i = 0; i < 2; i++) {
            const int png = scale_within(PICTURE_PNG, pngs[i], room);
            const int jpeg = scale_within(PICTURE_JPEG, jpegs[i], room);
            assert_true(png == STATUS_UNAVAILABLE || (i == 0 && room > 0 && png == STATUS_OK));
            assert_true(jpeg == STATUS_UNAVAILABLE || (i == 0 && room > 0 && jpeg == STATUS_OK));
        }
    for (int i = 0; i < 2; i++) {
        free(pngs[i].bytes);
        free(jpegs[i].bytes);
    }
}

/* A comment of 20 MB, compressed to 20 kB. */
static void test_comments_are_not_unpacked(void **state)
{
    (void)state;
    char *comment = malloc(20 * MIB + 1);
    memset(comment, 'x', 20 * MIB);
    comment[20 * MIB] = '\0';
    struct made png = made_png(&(struct made_png){64, 48, .comment = comment});
    free(comment);
    assert_true(png.length < MIB / 4);
    assert_scales_within(PICTURE_PNG, png, 8 * MIB);
}

int test_memory(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_bomb_of_rows_bursts_in_little_memory),
        cmocka_unit_test(test_a_photo_is_never_there_as_a_whole),
        cmocka_unit_test(test_the_dearest_have_a_limit_too),
        cmocka_unit_test(test_without_memory_it_says_so),
        cmocka_unit_test(test_comments_are_not_unpacked),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
