/* How long things took, counted without keeping each: memory is fixed and adding one costs a few instructions.
 *
 * Buckets are log-linear, as HdrHistogram has made popular. Below 2,048 µs each microsecond has its own; every
 * doubling above that is cut into 1,024 equal ones. So a bucket is never wider than a thousandth of its
 * values: three significant digits, from 1 µs to more than an hour, in 170 KB.
 *
 * Bounds do not depend on what was counted. Histograms of several runs, or machines, are merged by adding
 * buckets of the same lower bound, and quantiles are read from the sum. Means of quantiles are not quantiles.
 */
#ifndef STAGECRAFT_LOAD_HISTOGRAM_H
#define STAGECRAFT_LOAD_HISTOGRAM_H

#include <stdint.h>

enum {
    HISTOGRAM_EXACT = 2048, /* values below have a bucket each */
    HISTOGRAM_HALF = HISTOGRAM_EXACT / 2,
    HISTOGRAM_DOUBLINGS = 21, /* 2^11 µs to 2^32 µs, 71 minutes */
    HISTOGRAM_BUCKETS = HISTOGRAM_EXACT + HISTOGRAM_DOUBLINGS * HISTOGRAM_HALF,
};

/* All zero is empty. */
struct histogram {
    uint64_t count;
    int64_t least, most; /* as they were; 0 when empty */
    double sum;
    uint64_t buckets[HISTOGRAM_BUCKETS];
};

/* Below 0 counts as 0, and what is too long as the longest. */
void histogram_add(struct histogram *histogram, int64_t value);

void histogram_merge(struct histogram *into, const struct histogram *from);
void histogram_clear(struct histogram *histogram);

/* The smallest value that `share` (0 … 1) of all do not exceed, rounded up to its bucket's end but never above
   the largest counted: it never flatters. 0 when empty. */
int64_t histogram_quantile(const struct histogram *histogram, double share);

double histogram_mean(const struct histogram *histogram);

/* The smallest and the largest value of a bucket. */
int64_t histogram_low(int bucket);
int64_t histogram_high(int bucket);

#endif
