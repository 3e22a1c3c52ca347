/* The result of a run: as a table for people, as JSON for programs (README.md describes its members).
 */
#ifndef STAGECRAFT_LOAD_REPORT_H
#define STAGECRAFT_LOAD_REPORT_H

#include "tests/load/run.h"

#include <stdio.h>

void report_table(const struct run *run, FILE *out);

/* False: it could not be written. */
bool report_json(const struct run *run, FILE *out);

#endif
