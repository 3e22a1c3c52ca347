/* The one door through which other threads reach a loop: a lock-free stack of posts, and an eventfd in the
 * loop's epoll that ends its wait.
 *
 * Putting is a compare-and-swap; taking empties the stack at once, so no element is ever compared after it
 * was taken out, the usual trap of such stacks. Only the put that finds the stack empty pays for the write
 * to the eventfd: whoever comes later knows that this write is done, or under way.
 */
#include "common/runtime/inside.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

bool inbox_open(struct inbox *inbox)
{
    inbox->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return inbox->fd >= 0;
}

void inbox_close(struct inbox *inbox)
{
    if (inbox->fd >= 0) close(inbox->fd);
}

/* A signal handler must leave errno as it was. A counter that is full wakes as well. */
void inbox_wake(struct inbox *inbox)
{
    const int saved = errno;
    const uint64_t one = 1;
    while (write(inbox->fd, &one, sizeof(one)) < 0 && errno == EINTR)
        continue;
    errno = saved;
}

void inbox_put(struct inbox *inbox, struct loop_post *post)
{
    struct loop_post *newest = atomic_load_explicit(&inbox->newest, memory_order_relaxed);
    do
        post->next = newest;
    while (!atomic_compare_exchange_weak_explicit(&inbox->newest, &newest, post,
                                                  memory_order_release, memory_order_relaxed));
    if (!newest) inbox_wake(inbox);
}

void inbox_run(struct inbox *inbox)
{
    uint64_t count;
    /* First the counter, then the posts: the other way round a put in between would wake nobody. */
    if (read(inbox->fd, &count, sizeof(count)) < 0 && errno != EAGAIN && errno != EINTR) {
        fprintf(stderr, "loop: read of the eventfd: %s\n", strerror(errno));
        abort();
    }
    struct loop_post *newest = atomic_exchange_explicit(&inbox->newest, NULL, memory_order_acquire);
    struct loop_post *oldest = NULL;
    while (newest) {
        struct loop_post *post = newest;
        newest = post->next;
        post->next = oldest;
        oldest = post;
    }
    while (oldest) {
        struct loop_post *post = oldest;
        oldest = post->next; /* before it runs: it may be posted again, or freed, from there */
        post->run(post->context);
    }
}
