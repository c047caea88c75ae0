import { call } from "./api.js";
import { act, ask, badge, card, el, facts, link, list, say, table, upgradeLink, when } from "./dom.js";
import { choice, dateField, form, goTo, instant, referenceField, textField } from "./forms.js";
import { t } from "./text.js";

const states = ["pending", "delivered", "dead"];
const types = ["approved", "rejected", "widget_expired", "overdue", "contradicted"].map(name => `account_upgrade.${name}`);

export async function events({ query, signal, again }) {
  const columns = [
    [t("written"), one => link(`events/${one.id}`, when(one.createdAt))], [t("type"), one => one.type],
    [t("state"), one => badge(one.state)], [t("endpoint"), one => one.endpoint],
    [t("reference"), one => upgradeLink(one.partnerReferenceNo)],
    [t("attempts"), one => one.attempts], [t("last error"), one => one.lastError ?? "–"],
  ];
  return {
    title: t("Events"),
    content: [
      card(null, form(t("Filter"), [
        choice(t("state"), "state", states, query.state), choice(t("type"), "type", types, query.type),
        textField(t("endpoint"), "endpoint", query.endpoint), referenceField(query.partnerReferenceNo),
      ], chosen => goTo("events", chosen))),
      card(null, await list(t("Events"), columns, cursor => call("GET", "events", { query: { ...query, cursor }, signal }))),
      sendMany(query, again),
    ],
  };
}

export async function event({ id, signal, again }) {
  const one = await call("GET", `events/${encodeURIComponent(id)}`, { signal });
  return {
    title: one.type,
    content: [
      card(null, facts([
        [t("state"), badge(one.state)], [t("endpoint"), one.endpoint], [t("reference"), upgradeLink(one.partnerReferenceNo)],
        ["webhook-id", one.eventId], [t("written"), when(one.createdAt)], [t("next attempt"), when(one.nextAttemptAt)],
        [t("delivered"), when(one.deliveredAt)], [t("last error"), one.lastError],
      ]), el("p", { class: "buttons" }, sendButton(one, again))),
      card(t("Attempts"), one.attempts.length === 0 ? el("p", { class: "soft" }, t("Nothing here.")) : table(t("Attempts"), [
        [t("at"), attempt => when(attempt.at)],
        [t("result"), attempt => attempt.httpStatus ? `HTTP ${attempt.httpStatus}` : attempt.error ?? "–"],
        ["ms", attempt => attempt.durationMs],
      ], one.attempts)),
      card(t("Body as it would be sent now"), el("pre", { tabindex: "0" }, JSON.stringify(one.body, null, 2))),
    ],
  };
}

export const sendButton = (one, again, size = "") => el("button", {
  type: "button", class: size, onclick: clicked => act(clicked.target, () => askRedelivery(one, again)),
}, t("Send again…"));

async function askRedelivery({ id, type, partnerReferenceNo: reference, endpoint }, again) {
  const question = t("{type} of {reference} goes to {endpoint} once more, with the same webhook-id.", { type, reference, endpoint });
  if (!await ask(t("Send this event again"), question, t("Send"))) return;
  await call("POST", `events/${encodeURIComponent(id)}/redeliver`);
  say(t("It is pending again."));
  await again();
}

function sendMany(query, again) {
  return card(t("Send many again"), form(t("Count and send…"), [
    textField(t("endpoint"), "endpoint", query.endpoint, { required: true }),
    choice(t("state"), "state", states, query.state ?? "dead", null),
    dateField(t("created from"), "createdFrom"), dateField(t("created before"), "createdTo"),
  ], async chosen => {
    const body = { ...chosen, createdFrom: instant(chosen.createdFrom), createdTo: instant(chosen.createdTo) };
    const { count } = await call("POST", "events/redeliver", { body: { ...body, dryRun: true } });
    if (count === 0) return say(t("There are none."));
    const question = t("Send {n} events to {endpoint} once more?", { n: count, endpoint: chosen.endpoint });
    if (!await ask(t("Send many again"), question, t("Send"))) return;
    say(t("{n} are pending again.", { n: (await call("POST", "events/redeliver", { body })).count }));
    await again();
  }, "danger"));
}
