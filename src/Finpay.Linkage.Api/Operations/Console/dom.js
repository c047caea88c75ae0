// Nothing here takes markup, so that data from outside can only become text.
import { language, t } from "./text.js";

export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(key, value);
  }
  node.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false && child !== ""));
  return node;
}

const tones = {
  approved: "good", applied: "good", delivered: "good", widgetIssued: "busy", inProcess: "busy", pending: "busy", requested: "busy",
  inDoubt: "warn", rejected: "warn", orphan: "warn", unknownOutcome: "warn", invalid: "warn", contradiction: "bad", failed: "bad",
  dead: "bad", overdue: "bad",
};

/** A word of the API, in its color. It is the same in every language. */
export const badge = word => el("span", { class: `badge ${tones[word] ?? ""}` }, word);

export const link = (to, text) => el("a", { href: `#/${to}` }, text);

export const upgradeLink = reference => reference ? link(`upgrades/${encodeURIComponent(reference)}`, reference) : "–";

export const card = (title, ...content) => el("section", { class: "card" }, title && el("h2", {}, title), ...content);

export const facts = pairs => el("dl", { class: "facts" }, ...pairs.filter(([, value]) => value)
  .map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));

/** A time in the browser's zone, which the foot of the page names. */
export function when(iso) {
  if (!iso) return null;
  const format = new Intl.DateTimeFormat(language() === "id" ? "id-ID" : "en-GB", { dateStyle: "medium", timeStyle: "medium" });
  return el("time", { datetime: iso, title: iso }, format.format(new Date(iso)));
}

export function zoneText() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const parts = new Intl.DateTimeFormat("en", { timeZoneName: "longOffset" }).formatToParts();
  return t("Times are those of your browser: {zone}, {offset}.", { zone, offset: parts.find(part => part.type === "timeZoneName").value });
}

export function duration(seconds) {
  if (seconds === undefined || seconds === null) return "–";
  for (const [size, unit] of [[86400, t("d")], [3600, t("h")], [60, t("min")]])
    if (seconds >= size) return `${(seconds / size).toFixed(1)} ${unit}`;
  return `${seconds.toFixed(1)} ${t("s")}`;
}

/** Rows with a cell for each column; on a phone each row is a card, and each cell has the name of its column. */
export function table(caption, columns, rows) {
  const row = one => el("tr", {}, ...columns.map(([name, cell]) => el("td", { "data-label": name }, cell(one))));
  return el("table", {}, el("caption", { class: "hidden" }, caption),
    el("thead", {}, el("tr", {}, ...columns.map(([name]) => el("th", { scope: "col" }, name)))), el("tbody", {}, ...rows.map(row)));
}

/** Pages of a list: the first at once, the others by a button. */
export async function list(caption, columns, read) {
  const place = el("div", { class: "list" });
  const more = el("button", { type: "button", onclick: event => act(event.target, next) }, t("More"));
  let cursor;
  async function next() {
    const page = await read(cursor);
    cursor = page.nextCursor;
    const found = table(caption, columns, page.items);
    const body = place.querySelector("tbody");
    if (body) body.append(...found.tBodies[0].rows);
    else place.append(page.items.length ? found : el("p", { class: "soft" }, t("Nothing here.")));
    more.hidden = !cursor;
  }
  await next();
  return el("div", {}, place, more);
}

/** Tells something at the top; a string, or a list with elements among strings. */
export function say(text, isBad = false) {
  const said = document.getElementById("said");
  said.replaceChildren(...[text].flat());
  said.classList.toggle("bad", isBad);
  said.hidden = !text;
}

/** Runs what a click starts: once at a time, and a failure is told. */
export async function act(button, work) {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  say("");
  try {
    await work();
  } catch (failure) {
    if (failure.status === 401) window.dispatchEvent(new CustomEvent("signed-out", { detail: failure.message }));
    else say([failure.message, ...(failure.details ?? [])].join(" – "), true);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

/** Asks before anything changes. */
export function ask(title, text, yes) {
  const dialog = document.getElementById("question");
  for (const [part, words] of Object.entries({ title, text, yes })) document.getElementById(`question-${part}`).textContent = words;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise(resolve => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }));
}
