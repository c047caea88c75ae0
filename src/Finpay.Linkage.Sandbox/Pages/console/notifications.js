import { act, get, post } from "./api.js";
import { announce, badge, el } from "./dom.js";
import { when } from "./time.js";

const tones = { delivered: "good", pending: "busy", refused: "bad", givenUp: "bad" };
const names = { givenUp: "given up" };
const variants = await get("/sandbox/notifications/variants");

const answered = sent => (sent.status ? `HTTP ${sent.status}` : "no answer");
const tone = sent => (sent.status === 200 ? "good" : sent.status && sent.status < 500 ? "warn" : "bad");

function line(sent, title) {
  return el("li", {},
    when(sent.at), " ", title ? el("strong", {}, title, " ") : null, badge(answered(sent), tone(sent)), " ",
    el("code", {}, sent.body ?? sent.error ?? ""));
}

function handLine(sent) {
  const element = line(sent, sent.variant);
  element.append(el("details", {}, el("summary", {}, "What was sent"), el("pre", { tabindex: "0" }, `POST ${sent.path}\n${sent.sent}`)));
  return element;
}

function buttons(id, output) {
  const send = variant => async () => {
    const sent = await post(`/sandbox/notifications/${id}/send`, { variant });
    output.replaceChildren(el("strong", {}, variant, ": "), badge(answered(sent), tone(sent)), " ", el("code", {}, sent.body ?? sent.error ?? ""));
  };
  return el("ul", { class: "variants", "aria-label": "Send by hand" }, ...variants.map(({ name, description }) => {
    const explained = `${id}-${name}`;
    const button = el("button", { type: "button", "aria-describedby": explained }, name);
    button.addEventListener("click", () => act(button, send(name)));
    return el("li", {}, button, el("span", { id: explained }, description));
  }));
}

export function notificationPart(notification) {
  const head = el("p", { class: "head" });
  const message = el("p", { class: "message" });
  const attempts = el("ol", { class: "attempts" });
  const next = el("p", { class: "soft" });
  const output = el("p", { class: "output", role: "status", "aria-live": "polite" });
  const hand = el("ul", { class: "attempts" });
  const handTitle = el("h4", {}, "Sent by hand");
  const element = el("article", { class: "notification", "aria-label": `${notification.kycResponse} for ${notification.partnerReferenceNo}` },
    head, message, attempts, next, el("h4", {}, "Send by hand"), buttons(notification.id, output), output, handTitle, hand);
  let state = null;
  return {
    element,
    update(item) {
      head.replaceChildren(
        when(item.createdAt), el("strong", {}, item.kycResponse),
        badge(names[item.state] ?? item.state, tones[item.state]));
      message.textContent = `${item.messageField}: ${item.message}`;
      attempts.replaceChildren(...item.attempts.map(attempt => line(attempt)));
      next.replaceChildren(...(item.nextAttemptAt ? [item.attempts.length > 0 ? "Next attempt at " : "Due at ", when(item.nextAttemptAt)] : []));
      next.hidden = !item.nextAttemptAt;
      handTitle.hidden = item.sentByHand.length === 0;
      hand.replaceChildren(...item.sentByHand.toReversed().map(handLine));
      if (state !== null && state !== item.state) announce(`Notification for ${item.partnerReferenceNo}: ${names[item.state] ?? item.state}.`);
      state = item.state;
    },
  };
}
