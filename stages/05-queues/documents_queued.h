/* Reports on paper in this stage: the administrator still waits for the document, but a worker adds it up and lays it
 * out (errands.h). Asking again is safe: a report changes nothing.
 */
#ifndef STAGECRAFT_STAGES_DOCUMENTS_QUEUED_H
#define STAGECRAFT_STAGES_DOCUMENTS_QUEUED_H

#include "common/modules/reports/reports.h"
#include "stages/05-queues/errands.h"

/* `documents` makes them, where the subscriber runs. Of the errand's options the topic and all behind it are filled in
   here. Everything is borrowed. */
struct report_documents *documents_queued_new(struct arena *arena,
                                              const struct errands_options *options,
                                              struct report_documents *documents);

#endif
