import { call } from "./api.js";
import { ask, badge, card, el, list, say, upgradeLink, when } from "./dom.js";
import { choice, dateField, form, goTo, instant, referenceField, refusePhone, textField } from "./forms.js";
import { t } from "./text.js";

const statuses = ["requested", "widgetIssued", "inProcess", "approved", "rejected", "inDoubt", "failed"];

const listed = read => list(t("Upgrades"), [
  [t("reference"), one => upgradeLink(one.partnerReferenceNo)],
  [t("status"), one => [
    badge(one.status), one.overdue && badge("overdue"), one.expired && badge("expired"), one.redactedAt && badge("redacted"),
  ]],
  [t("created"), one => when(one.createdAt)], [t("changed"), one => when(one.updatedAt)],
], read);

export async function upgrades({ query, signal }) {
  const found = card(null, await listed(cursor => call("GET", "account-upgrades", { query: { ...query, cursor }, signal })));
  return {
    title: t("Upgrades"),
    content: [card(null, el("div", { class: "forms" }, search(found), filters(query))), query.overdue && askMany(query), found],
  };
}

function search(found) {
  const byReference = form(t("Open"), [referenceField()], async ({ partnerReferenceNo }) => {
    refusePhone(partnerReferenceNo);
    if (partnerReferenceNo) location.hash = `#/upgrades/${encodeURIComponent(partnerReferenceNo)}`;
  });
  const phone = textField(t("Phone number"), "phoneNo", "", { type: "tel", placeholder: "0812…" });
  const byPhone = form(t("Search"), [phone], async ({ phoneNo }) => {
    const result = await listed(cursor => call("POST", "account-upgrades/search", { body: { phoneNo, cursor } }));
    found.replaceChildren(el("h2", {}, t("Upgrades of this phone")), result);
    say(t("Searched."));
  });
  return el("div", { role: "search" }, byReference, byPhone);
}

function filters(query) {
  const overdue = el("input", { type: "checkbox", name: "overdue", value: "true", checked: query.overdue === "true" });
  return form(t("Filter"), [
    choice(t("status"), "status", statuses, query.status),
    dateField(t("created from"), "createdFrom", query.createdFrom), dateField(t("created before"), "createdTo", query.createdTo),
    el("label", { class: "check" }, overdue, el("span", {}, "overdue")),
  ], chosen => goTo("upgrades", { ...chosen, createdFrom: instant(chosen.createdFrom), createdTo: instant(chosen.createdTo) }));
}

function askMany({ createdFrom, createdTo }) {
  const most = textField(t("at most"), "limit", "", { type: "number", min: "1" });
  return card(t("Ask Finnet again"), el("p", { class: "soft" }, t("About the overdue ones, oldest first, in the background.")),
    form(t("Count and ask…"), [most], async ({ limit }) => {
      const body = { createdFrom, createdTo, limit: limit ? Number(limit) : undefined };
      const { count } = await call("POST", "account-upgrades/ask-again", { body: { ...body, dryRun: true } });
      if (count === 0) return say(t("There are none."));
      const question = t("Ask Finnet about {n} upgrades? Each gets a new upgrade for the same phone.", { n: count });
      if (!await ask(t("Ask Finnet again"), question, t("Ask"))) return;
      say(t("{n} will be asked about.", { n: (await call("POST", "account-upgrades/ask-again", { body })).count }));
    }, "danger"));
}
