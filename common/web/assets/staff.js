// For the pages of the administration: who may see them. The shop checks each request by itself; this only
// spares everybody else a page full of refusals.
import { ApiError } from "./api.js";
import { fill, find } from "./dom.js";
import { needSession } from "./session.js";
import { failure } from "./states.js";

/** The session of an administrator; for others the page ends here. */
export async function needStaff() {
  const found = await needSession();
  if (found.user.role === "admin") return found;
  fill(find("main"), failure(new ApiError(403)));
  return new Promise(() => {});
}
