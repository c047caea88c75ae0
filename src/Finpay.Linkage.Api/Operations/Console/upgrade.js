import { call } from "./api.js";
import { act, ask, badge, card, el, facts, link, say, upgradeLink, when } from "./dom.js";
import { sendButton } from "./events.js";
import { t } from "./text.js";

const most = 200;

export async function upgrade({ id, signal, again }) {
  const path = `account-upgrades/${encodeURIComponent(id)}`;
  const query = { partnerReferenceNo: id, limit: most };
  const [one, inbox, events, children] = await Promise.all([
    call("GET", path, { signal }), call("GET", "kyc-notifications", { query, signal }), call("GET", "events", { query, signal }),
    call("GET", "account-upgrades", { query: { askedFor: id, limit: most }, signal }),
  ]);
  // At the same moment the cause stands before what came of it.
  const steps = [
    ...children.items.map(asked), ...inbox.items.map(received), ...one.history.map(step), ...events.items.map(told(again)),
  ];
  steps.sort((one, other) => one.at.localeCompare(other.at));
  const isCut = one.historyTruncated || [inbox, events, children].some(list => list.nextCursor);
  return {
    title: one.partnerReferenceNo,
    content: [
      card(null, facts([
        [t("status"), el("span", {}, badge(one.status), " ", one.overdue && badge("overdue"), " ", one.expired && badge("expired"))],
        [t("created"), when(one.createdAt)], [t("changed"), when(one.updatedAt)], [t("widget expires"), when(one.expiryTime)],
        [t("asks about"), one.askedFor && upgradeLink(one.askedFor)], [t("redacted"), when(one.redactedAt)],
      ]), el("p", { class: "buttons" },
        actions(one, path, again), link(`audit?partnerReferenceNo=${encodeURIComponent(id)}`, t("Audit")))),
      card(t("Timeline"), isCut && el("p", { class: "soft" }, t("Only the newest {n} of each kind are shown.", { n: most })),
        el("ol", { class: "timeline" }, ...steps.map(({ at, kind, content }) =>
          el("li", {}, when(at), el("span", { class: "kind" }, kind), el("div", {}, ...content))))),
    ],
  };
}

function actions(one, path, again) {
  const button = (text, tone, work) => el("button", { type: "button", class: tone, onclick: event => act(event.target, work) }, text);
  const isOpen = one.status !== "approved" && one.status !== "rejected";
  return one.redactedAt ? [] : [
    isOpen && button(t("Ask Finnet again…"), "", async () => {
      const question = t("This makes a new upgrade for the same phone and asks Finnet about it.");
      if (!await ask(t("Ask Finnet again"), question, t("Ask"))) return;
      const child = await call("POST", `${path}/ask-again`);
      say([`${t("Finnet was asked:")} `, upgradeLink(child.partnerReferenceNo), ` ${child.status}`]);
      await again();
    }),
    button(t("Redact…"), "danger", async () => {
      const question = t("Everything personal of this upgrade and of its notifications is removed. This can't be undone.");
      if (!await ask(t("Redact {reference}", { reference: one.partnerReferenceNo }), question, t("Redact"))) return;
      await call("POST", `${path}/redact`);
      say(t("It is redacted."));
      await again();
    }),
  ];
}

const step = line => ({
  at: line.at, kind: t("status"),
  content: [
    badge(line.status), ` ${line.source} ${line.responseCode ?? ""}`, line.count && ` × ${line.count}`,
    line.viaReference && el("span", {}, ` ${t("through")} `, upgradeLink(line.viaReference)),
    line.message && el("q", { tabindex: line.message.length > 500 ? "0" : null }, line.message), line.unreadable && badge("unreadable"),
  ],
});

const asked = one => ({
  at: one.createdAt, kind: t("asked again"), content: [badge(one.status), " ", upgradeLink(one.partnerReferenceNo)],
});

const received = one => ({
  at: one.receivedAt, kind: t("notification"),
  content: [badge(one.disposition), " ", link(`inbox/${one.id}`, one.kycResponse ?? "–"), one.deliveries > 1 && ` × ${one.deliveries}`],
});

const told = again => one => ({
  at: one.createdAt, kind: t("event"),
  content: [
    badge(one.state), " ", link(`events/${one.id}`, `${one.type} → ${one.endpoint}`), " ", sendButton(one, again, "small"),
  ],
});
