/* A value's bucket is its eleven leading bits: the exponent chooses the doubling, the ten bits after the
 * first the place within.
 */
#include "tests/load/histogram.h"

#include <math.h>
#include <string.h>

enum { HALF_BITS = 10 };

static const int64_t longest = ((int64_t)HISTOGRAM_EXACT << HISTOGRAM_DOUBLINGS) - 1;

static int bucket_of(int64_t value)
{
    if (value < HISTOGRAM_EXACT) return (int)value;
    const int shift = 63 - __builtin_clzll((unsigned long long)value) - HALF_BITS;
    return shift * HISTOGRAM_HALF + (int)(value >> shift);
}

/* How many bits are lost in that bucket. */
static int shift_of(int bucket)
{
    return bucket < HISTOGRAM_EXACT ? 0 : bucket / HISTOGRAM_HALF - 1;
}

int64_t histogram_low(int bucket)
{
    const int shift = shift_of(bucket);
    return (int64_t)(bucket - shift * HISTOGRAM_HALF) << shift;
}

int64_t histogram_high(int bucket)
{
    return histogram_low(bucket) + ((int64_t)1 << shift_of(bucket)) - 1;
}

void histogram_add(struct histogram *histogram, int64_t value)
{
    if (value < 0) value = 0;
    if (value > longest) value = longest;
    if (histogram->count == 0 || value < histogram->least) histogram->least = value;
    if (value > histogram->most) histogram->most = value;
    histogram->count++;
    histogram->sum += (double)value;
    histogram->buckets[bucket_of(value)]++;
}

void histogram_merge(struct histogram *into, const struct histogram *from)
{
    if (from->count == 0) return;
    if (into->count == 0 || from->least < into->least) into->least = from->least;
    if (from->most > into->most) into->most = from->most;
    into->count += from->count;
    into->sum += from->sum;
    for (int i = 0; i < HISTOGRAM_BUCKETS; i++)
        into->buckets[i] += from->buckets[i];
}

void histogram_clear(struct histogram *histogram)
{
    memset(histogram, 0, sizeof(*histogram));
}

int64_t histogram_quantile(const struct histogram *histogram, double share)
{
    uint64_t wanted = (uint64_t)ceil(share * (double)histogram->count), seen = 0;
    if (wanted < 1) wanted = 1;
    for (int i = 0; i < HISTOGRAM_BUCKETS; i++) {
        seen += histogram->buckets[i];
        if (seen < wanted) continue;
        const int64_t high = histogram_high(i);
        return high < histogram->most ? high : histogram->most;
    }
    return histogram->most;
}

double histogram_mean(const struct histogram *histogram)
{
    return histogram->count > 0 ? histogram->sum / (double)histogram->count : 0;
}
