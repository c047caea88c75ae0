import { act, post } from "./api.js";
import { announce, badge, el, keyed } from "./dom.js";
import { notificationPart } from "./notifications.js";
import { answerBadge, requestRow } from "./requests.js";
import { sessionPart, tones } from "./sessions.js";
import { when } from "./time.js";

const root = document.getElementById("references");
const search = document.getElementById("search");
let all = [];

// What belongs together: the requests of a reference, its session, and the notifications of that. A request without a readable reference stands alone.
function tie({ requests, sessions, notifications }) {
  const rows = new Map();
  const row = (id, one) => {
    if (!rows.has(id)) rows.set(id, { id, reference: one.partnerReferenceNo, requests: [], session: null, notifications: [] });
    return rows.get(id);
  };
  for (const request of requests) row(request.partnerReferenceNo ?? request.id, request).requests.push(request);
  for (const session of sessions) row(session.partnerReferenceNo, session).session = session;
  for (const notification of notifications) row(notification.partnerReferenceNo, notification).notifications.push(notification);
  for (const one of rows.values()) {
    const newest = one.requests[0];
    one.phone = one.session?.phoneNo ?? newest?.phoneNo ?? one.notifications[0]?.phoneNo ?? "";
    one.at = newest?.time ?? one.session?.createdAt ?? one.notifications[0].createdAt;
  }
  return [...rows.values()].sort((a, b) => (a.at < b.at ? 1 : -1));
}

const words = one => [
  one.reference, one.phone, `0${one.phone.slice(2)}`, one.session?.state, one.session?.reason,
  ...one.requests.flatMap(request => [request.path, request.scenario, request.answer?.responseCode, request.answer && `HTTP ${request.answer.status}`]),
  ...one.notifications.flatMap(notification => [notification.kycResponse, notification.state, notification.message]),
].join("\n").toLowerCase();

function head(one) {
  const newest = one.requests[0];
  const problems = newest?.problems ?? 0;
  return [
    when(one.at),
    el("span", { class: "reference" }, one.reference ?? `${newest.method} ${newest.path}`),
    el("span", { class: "phone" }, one.phone),
    el("span", { class: "marks" },
      one.requests.length > 1 ? badge(`${one.requests.length} requests`) : null,
      problems > 0 ? badge(`${problems} ${problems === 1 ? "problem" : "problems"}`, "bad") : null,
      newest?.scenario ? badge(newest.scenario) : null,
      newest ? answerBadge(newest.answer) : null,
      ...(one.session ? [badge(`widget ${one.session.state}`, tones[one.session.state])] : []),
      ...(one.notifications.length > 0 ? [badge(told(one.notifications), one.notifications.every(n => n.state === "delivered") ? "good" : "warn")] : [])),
  ];
}

function told(notifications) {
  const delivered = notifications.filter(notification => notification.state === "delivered").length;
  return delivered === notifications.length ? "merchant told" : `merchant told ${delivered} of ${notifications.length}`;
}

function part(title, create, idOf) {
  const list = el("div");
  const element = el("section", { hidden: true }, el("h3", {}, title), list);
  const update = keyed(list, create, idOf);
  return {
    element,
    update(items) {
      element.hidden = items.length === 0;
      update(items);
    },
  };
}

function create() {
  const summary = el("summary");
  let phone = "";
  const button = el("button", { type: "button" }, "Forget this phone");
  button.addEventListener("click", () => act(button, async () => {
    await post("/sandbox/phones/forget", { phoneNo: phone });
    announce(`${phone} is forgotten.`);
  }));
  const forget = el("p", { class: "forget" }, button,
    el("span", { class: "soft" }, "Deletes its requests, widgets, photos and notifications here; its next request starts afresh."));
  const parts = [part("Requests", requestRow), part("Widget", sessionPart), part("Notifications", notificationPart)];
  const element = el("details", { class: "row reference-row" }, summary, el("div", { class: "opened" }, ...parts.map(one => one.element), forget));
  // Most references have one request: it is what one wants to see.
  element.addEventListener("toggle", () => { parts[0].element.querySelector("details")?.setAttribute("open", ""); }, { once: true });
  return {
    element,
    update(one) {
      summary.replaceChildren(...head(one));
      parts[0].update(one.requests);
      parts[1].update(one.session ? [one.session] : []);
      parts[2].update(one.notifications);
      phone = one.phone;
      forget.hidden = !phone;
    },
  };
}

const update = keyed(root.querySelector(".list"), create);

function show() {
  const wanted = search.value.trim().toLowerCase().split(/\s+/).filter(word => word);
  const found = all.filter(one => wanted.every(word => words(one).includes(word)));
  root.querySelector(".empty").hidden = all.length > 0;
  root.querySelector(".none").hidden = found.length > 0 || all.length === 0;
  root.querySelector(".count").textContent = all.length === 0 ? "" : found.length === all.length ? String(all.length) : `${found.length} of ${all.length}`;
  update(found);
}

search.addEventListener("input", show);

export function showReferences(state) {
  all = tie(state);
  show();
}
