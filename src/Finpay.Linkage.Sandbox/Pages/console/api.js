import { announce } from "./dom.js";

async function call(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  const json = text ? JSON.parse(text) : null;
  if (!answer.ok) throw new Error(json?.error ?? `The sandbox answered ${answer.status}.`);
  return json;
}

export const get = path => call("GET", path);
export const post = (path, body) => call("POST", path, body);
export const remove = path => call("DELETE", path);

// Runs what a click starts: not twice at the same time, and every failure is announced.
export async function act(button, work) {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    await work();
  } catch (problem) {
    announce(`That failed: ${problem.message}`);
    document.getElementById("status").classList.remove("hidden");
  } finally {
    button.removeAttribute("aria-busy");
  }
}
