import { badge, el, section } from "./dom.js";
import { when } from "./time.js";

const tones = { approved: "good", rejected: "bad", open: "busy", expired: "" };

const planned = session => (session.planned.length === 0
  ? null
  : el("span", { class: "soft" }, `planned: ${session.planned.map(plan => plan.outcome).join(", then ")}`));

function create() {
  const element = el("div", { class: "row session" });
  return {
    element,
    update(session) {
      element.replaceChildren(
        when(session.createdAt),
        el("span", { class: "reference" }, session.partnerReferenceNo),
        el("span", { class: "phone" }, session.phoneNo),
        el("span", { class: "marks" },
          session.silent ? badge("never notified", "warn") : null,
          badge(session.state, tones[session.state]),
          el("a", { href: session.widget, "aria-label": `Widget page of ${session.partnerReferenceNo}` }, "Widget page")),
        el("span", { class: "extra" }, session.reason ?? planned(session) ?? ""));
    },
  };
}

export const showSessions = section("sessions", create);
