import { call } from "./api.js";
import { ask, badge, card, el, facts, link, list, say, upgradeLink, when } from "./dom.js";
import { choice, field, form, goTo, referenceField, textField } from "./forms.js";
import { t } from "./text.js";

const dispositions = ["applied", "duplicate", "orphan", "contradiction", "unknownOutcome", "invalid"];
const applicable = ["orphan", "unknownOutcome", "invalid"];

export async function inbox({ query, signal }) {
  const columns = [
    [t("received"), one => link(`inbox/${one.id}`, when(one.receivedAt))], [t("disposition"), one => badge(one.disposition)],
    ["kycResponse", one => one.kycResponse ?? "–"], [t("reference"), one => one.partnerReferenceNo ?? "–"],
    [t("deliveries"), one => one.deliveries],
  ];
  return {
    title: t("Inbox"),
    content: [
      card(null, form(t("Filter"), [
        choice(t("disposition"), "disposition", dispositions, query.disposition), referenceField(query.partnerReferenceNo),
      ], chosen => goTo("inbox", chosen))),
      card(null, await list(t("Inbox"), columns, cursor => call("GET", "kyc-notifications", { query: { ...query, cursor }, signal }))),
    ],
  };
}

export async function notification({ id, signal, again }) {
  const path = `kyc-notifications/${encodeURIComponent(id)}`;
  const one = await call("GET", path, { signal });
  const evidence = Object.entries(one.evidence).map(([name, value]) =>
    [name, typeof value === "object" ? JSON.stringify(value) : String(value)]);
  return {
    title: t("Notification"),
    content: [
      card(null, facts([
        [t("disposition"), badge(one.disposition)], ["kycResponse", one.kycResponse], ["kycMessage", one.kycMessage],
        [t("reference"), one.evidence.referenceKnown ? upgradeLink(one.partnerReferenceNo) : one.partnerReferenceNo],
        ["merchantId", one.merchantId], [t("received"), when(one.receivedAt)], [t("received last"), when(one.lastReceivedAt)],
        [t("deliveries"), String(one.deliveries)], [t("unreadable"), one.unreadable && t("a value can't be decrypted")], ["id", one.id],
      ])),
      card(t("Evidence"), facts(evidence)),
      card(t("Body as it was received"), one.rawBase64 === undefined
        ? el("p", { class: "soft" }, t("It is not kept any more."))
        : el("pre", { tabindex: "0" }, decode(one.rawBase64))),
      applicable.includes(one.disposition) && applyCard(one, path, again),
    ],
  };
}

// Bytes that are no UTF-8 are shown as the replacement character.
const decode = base64 => new TextDecoder().decode(Uint8Array.from(atob(base64), char => char.charCodeAt(0)));

function applyCard(one, path, again) {
  const fields = [
    textField(t("Reference, if its own names no upgrade"), "partnerReferenceNo"),
    choice(t("outcome"), "outcome", ["approved", "rejected"], null, null),
    field(t("Reason (for the audit)"), el("textarea", { name: "reason", required: true, maxlength: "500", rows: "2" })),
  ];
  return card(t("Apply"),
    el("p", { class: "soft" }, t("Makes it count although it changed nothing when it came. What can be read in it must agree.")),
    form(t("Apply…"), fields, async ({ partnerReferenceNo, outcome, reason }) => {
      const reference = partnerReferenceNo || one.partnerReferenceNo || "–";
      const question = t("{reference} becomes {status}, and the merchant's systems are told.", { reference, status: outcome });
      if (!await ask(t("Apply this notification"), question, t("Apply"))) return;
      await call("POST", `${path}/apply`, { body: { partnerReferenceNo: partnerReferenceNo || undefined, outcome, reason } });
      say(t("It is applied."));
      await again();
    }, "danger"));
}
