// The public API, as everybody may use it. Every failure becomes one ApiError, whether the shop said no, is
// not there, or took too long; `unknown` tells whether the request may have been carried out all the same.
import { forget, loginAddress, session } from "./session.js";

const TIMEOUT_MS = 20000;

export class ApiError extends Error {
  constructor(status, problem = {}) {
    super(problem.detail ?? problem.title ?? "The shop cannot be reached.");
    this.status = status; // 0: no answer
    this.title = problem.title ?? "No answer";
    this.kind = (problem.type ?? "").replace("/problems/", "");
    this.fields = problem.errors ?? [];
    this.orderId = problem.order_id ?? null;
    this.requestId = problem.request_id ?? null;
  }

  /** No answer, or one that does not tell: whoever asked must ask again to know. */
  get unknown() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** The Response to a request that went well. `body`: an object sent as JSON, or a File or Blob sent as it is. */
export async function send(path, { method = "GET", body, headers = {}, timeout = TIMEOUT_MS, signal } = {}) {
  const asked = { ...headers };
  const own = session();
  if (own) asked.Authorization = `Bearer ${own.token}`;
  const raw = body instanceof Blob;
  if (body !== undefined) asked["Content-Type"] = raw ? body.type || "application/octet-stream" : "application/json";
  const limit = AbortSignal.timeout(timeout);
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: asked,
      body: body === undefined || raw ? body : JSON.stringify(body),
      signal: signal ? either(signal, limit) : limit,
    });
  } catch (error) {
    if (signal?.aborted) throw error; // the page changed its mind
    throw new ApiError(0);
  }
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  if (answer.status === 401 && own) {
    forget();
    location.assign(loginAddress(true));
  }
  throw new ApiError(answer.status, problem);
}

/** The same, read as JSON; null when there is no body. */
export async function api(path, options) {
  const answer = await send(path, options);
  if (answer.status === 204) return null;
  try {
    return await answer.json();
  } catch (error) {
    if (options?.signal?.aborted) throw error;
    throw new ApiError(0); // cut off half way
  }
}

/** "/v1/products" with those parameters that say something. */
export function address(path, parameters) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    if (value !== null && value !== undefined && value !== "") query.set(name, value);
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** Aborts with the first of two signals. (AbortSignal.any is younger than some of our visitors' browsers.) */
function either(first, second) {
  const both = new AbortController();
  for (const one of [first, second]) {
    if (one.aborted) both.abort();
    one.addEventListener("abort", () => both.abort(), { once: true });
  }
  return both.signal;
}
