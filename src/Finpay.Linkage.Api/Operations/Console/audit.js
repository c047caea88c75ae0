import { call } from "./api.js";
import { card, list, upgradeLink, when } from "./dom.js";
import { form, goTo, referenceField } from "./forms.js";
import { t } from "./text.js";

export async function audit({ query, signal }) {
  const columns = [
    [t("at"), one => when(one.at)], [t("who"), one => one.actor], [t("what"), one => one.action],
    [t("reference"), one => upgradeLink(one.partnerReferenceNo)],
    [t("change"), one => one.newStatus ? `${one.oldStatus} → ${one.newStatus}` : when(one.removedBefore) ?? "–"],
    [t("reason"), one => one.reason ?? "–"],
  ];
  return {
    title: t("Audit"),
    content: [
      card(null, form(t("Filter"), [referenceField(query.partnerReferenceNo)], chosen => goTo("audit", chosen))),
      card(null, await list(t("Audit"), columns, cursor => call("GET", "audit", { query: { ...query, cursor }, signal }))),
    ],
  };
}
