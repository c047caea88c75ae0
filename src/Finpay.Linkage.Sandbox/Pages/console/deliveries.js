import { act, get, post } from "./api.js";
import { announce, badge, el, keyed } from "./dom.js";
import { when } from "./time.js";

const tones = { delivered: "good", pending: "busy", dead: "bad" };
const buttons = [...document.querySelectorAll("[data-answer]")];
const empty = document.getElementById("deliveries-empty");
const whilePending = 2000;
let timer = 0;
let reading = false;
let stale = false;

function create(delivery) {
  const line = el("p", { class: "head" });
  const detail = el("p", { class: "soft" });
  const button = el("button", { type: "button", "aria-label": `Send ${delivery.type} for ${delivery.partnerReferenceNo} again` }, "Send again");
  button.addEventListener("click", () => act(button, async () => {
    await post(`/sandbox/deliveries/${delivery.id}/redeliver`, {});
    announce(`${delivery.type} for ${delivery.partnerReferenceNo} is sent again.`);
    await showDeliveries();
  }));
  return {
    element: el("li", { class: "delivery" }, line, detail, button),
    update(item) {
      line.replaceChildren(
        when(item.createdAt), " ", el("strong", {}, item.type), " ", el("span", { class: "reference" }, item.partnerReferenceNo), " ",
        badge(item.state, tones[item.state]), " ", ...(item.verified ? [badge("signature verified", "good")] : []));
      detail.replaceChildren(
        `${item.attempts} ${item.attempts === 1 ? "attempt" : "attempts"}${item.lastError ? `, last: ${item.lastError}` : ""}`,
        ...(item.nextAttemptAt && item.attempts > 0 ? [", next at ", when(item.nextAttemptAt)] : []));
    },
  };
}

const update = keyed(document.getElementById("deliveries"), create);

for (const button of buttons) {
  button.addEventListener("click", () => act(button, async () => {
    await post("/sandbox/deliveries/answer", { answer: button.dataset.answer });
    announce(`The shop now answers: ${button.textContent}.`);
  }));
}

// The API records an attempt after the shop has answered, and tells nobody here: so what is pending is looked at again.
export async function showDeliveries() {
  stale = true;
  if (reading) return;
  reading = true;
  clearTimeout(timer);
  try {
    while (stale) {
      stale = false;
      const { answer, deliveries } = await get("/sandbox/deliveries");
      for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.answer === answer));
      empty.hidden = deliveries.length > 0;
      update(deliveries);
      if (deliveries.some(delivery => delivery.state === "pending")) timer = setTimeout(showDeliveries, whilePending);
    }
  } catch {
    // The connection's own line says it.
  } finally {
    reading = false;
  }
}
