import { badge, el } from "./dom.js";
import { when } from "./time.js";

export const tones = { approved: "good", rejected: "bad", open: "busy", expired: "" };

const field = (name, ...value) => el("div", { class: "field" }, el("dt", {}, name), el("dd", {}, ...value));

export function sessionPart() {
  const element = el("div", { class: "session" });
  return {
    element,
    update(session) {
      element.replaceChildren(
        el("dl", {},
          field("State", badge(session.state, tones[session.state]), session.silent ? badge("never notified", "warn") : null),
          session.reason ? field("Message", session.reason) : null,
          session.decidedAt ? field("Decided", when(session.decidedAt)) : null,
          ...session.planned.map(plan => field("Planned", `${plan.outcome} at `, when(plan.at))),
          field("Issued", when(session.createdAt)),
          field("Expires", when(session.expiresAt))),
        el("p", {}, el("a", { href: session.widget, "aria-label": `Widget page of ${session.partnerReferenceNo}` }, "Widget page")));
    },
  };
}
