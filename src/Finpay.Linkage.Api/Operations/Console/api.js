// Everything that the pages show comes through here, from /v1.
import { t } from "./text.js";

// The key stays in this tab: in memory, and in sessionStorage for a reload. It is never part of an address.
const place = "linkage-ops-key";
let key = sessionStorage.getItem(place);

export const isSignedIn = () => key !== null;

export function signIn(given) {
  // No header can hold other characters.
  if (!/^[\x21-\x7e]+$/.test(given)) throw new Failure(401);
  key = given;
  sessionStorage.setItem(place, given);
}

export function signOut() {
  key = null;
  sessionStorage.removeItem(place);
}

/** What did not work, in words for the operator. */
export class Failure extends Error {
  constructor(status, problem, retryAfter) {
    const words = {
      0: t("No connection to the service."),
      401: t("The key is wrong, or not known any more."),
      403: t("This key is not an operator's."),
      429: t("Too many calls."),
      503: t("The service can't answer now."),
    };
    super([words[status] ?? problem?.title ?? `HTTP ${status}`, retryAfter && t("Try again in {n} s.", { n: retryAfter })]
      .filter(Boolean).join(" "));
    this.status = status;
    this.details = status in words ? [] : [
      problem?.detail, ...Object.entries(problem?.errors ?? {}).map(([field, messages]) => `${field} ${messages.join(", ")}`),
      problem?.traceId && `traceId ${problem.traceId}`,
    ].filter(Boolean);
  }
}

export async function call(method, path, { query = {}, body, signal } = {}) {
  const address = new URL(`../v1/${path}`, location.href);
  address.hash = "";
  for (const [name, value] of Object.entries(query)) if (value) address.searchParams.set(name, value);
  const headers = { "X-Api-Key": key ?? "" };
  if (body) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(address, { method, headers, signal, body: body && JSON.stringify(body), cache: "no-store", credentials: "omit" });
  } catch (failure) {
    throw failure.name === "AbortError" ? failure : new Failure(0);
  }
  const json = await answer.json().catch(() => null);
  if (!answer.ok) throw new Failure(answer.status, json, answer.headers.get("Retry-After"));
  return json;
}

/** What is not ready; empty when all is well, null without an answer. */
export async function unready() {
  try {
    return (await (await fetch("../health/ready", { cache: "no-store", credentials: "omit" })).json()).notReady ?? [];
  } catch {
    return null;
  }
}
