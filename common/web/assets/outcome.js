// What becomes of a pending order, told by the shop the moment it is known. Not by EventSource, which cannot say who
// is asking: a token has no business in an address. So the events are read out of the answer as it comes.
import { send } from "./api.js";

const SILENCE_MS = 10000; // the shop gives a sign of life more often than that
const PATIENCE_MS = 150000;

let isTold = true; // a shop that settles while one waits has no such answer: 404, and it is not asked again

/** The order once it is not pending any more; null when the shop does not tell it this way, or not in time: then ask. */
export async function outcome(id, patience = PATIENCE_MS) {
  if (!isTold) return null;
  try {
    const answer = await send(`/v1/orders/${id}/events`, { timeout: patience });
    for await (const order of events(answer.body)) if (order.status !== "pending") return order;
  } catch (error) {
    isTold = error.status !== 404;
  }
  return null;
}

/** The data of each event of such an answer, to its end. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await within(SILENCE_MS, reader.read());
      if (done) return;
      const blocks = (text + value).split("\n\n");
      text = blocks.pop();
      for (const block of blocks) {
        const data = block.split("\n").filter((line) => line.startsWith("data:")).map((line) => line.slice(5)).join("\n");
        if (data) yield JSON.parse(data);
      }
    }
  } finally {
    reader.cancel().catch(() => {}); // whoever has heard enough hangs up
  }
}

function within(ms, promise) {
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(reject, ms, new Error("silence"))));
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
