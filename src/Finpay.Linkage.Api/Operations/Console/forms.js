import { act, el } from "./dom.js";
import { t } from "./text.js";

/** A field with its label. What it holds is read by its name. */
export const field = (label, input) => el("label", {}, el("span", {}, label), input);

export const textField = (label, name, value, more = {}) =>
  field(label, el("input", { name, value: value ?? "", autocomplete: "off", spellcheck: "false", ...more }));

export const referenceField = value => textField(t("Reference"), "partnerReferenceNo", value, { "data-search": true });

export const choice = (label, name, words, chosen, empty = t("all")) => field(label, el("select", { name },
  empty && el("option", { value: "" }, empty), ...words.map(word => el("option", { value: word, selected: word === chosen }, word))));

/** A time in the browser's zone. */
export const dateField = (label, name, iso) => field(label, el("input", { type: "datetime-local", name, value: local(iso) }));

const local = iso => iso && new Date(new Date(iso) - new Date(iso).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

/** What a date field holds, as /v1 takes it. */
export const instant = text => text ? new Date(text).toISOString() : undefined;

/** A form that a script takes; nothing is submitted. */
export function form(button, fields, take, tone = "") {
  const submit = el("button", { class: tone }, button);
  return el("form", { onsubmit: event => {
    event.preventDefault();
    const values = [...new FormData(event.target)].map(([name, value]) => [name, value.trim()]);
    act(submit, () => take(Object.fromEntries(values)));
  } }, ...fields, submit);
}

/** Opens a page with filters. */
export async function goTo(page, filters) {
  if (filters.partnerReferenceNo) refusePhone(filters.partnerReferenceNo);
  const query = new URLSearchParams(Object.entries(filters).filter(([, value]) => value));
  location.hash = `#/${page}${query.size ? `?${query}` : ""}`;
}

/** A number that may be a phone's must not come into an address. */
export function refusePhone(reference) {
  if (/^(\+|0|62|8)[\d\s().-]{7,16}$/.test(reference))
    throw new Error(t("This looks like a phone number: search it as one, at Upgrades."));
}
