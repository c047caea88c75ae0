import { get } from "./api.js";
import { badge, el } from "./dom.js";
import { when } from "./time.js";

const tone = status => (status === 0 || status >= 500 ? "bad" : status >= 400 ? "warn" : "good");

export function answerBadge(answer) {
  if (!answer) return badge("no answer yet", "busy");
  return badge(answer.responseCode ?? (answer.status === 0 ? "closed" : `HTTP ${answer.status}`), tone(answer.status));
}

function fields(detail) {
  const rows = detail.fields.map(field =>
    el("div", { class: "field" }, el("dt", {}, field.name, " ", field.encrypted ? badge("decrypted") : null), el("dd", {}, field.value)));
  if (detail.merchantPass)
    rows.push(el("div", { class: "field" }, el("dt", {}, "merchantPass ", badge("decrypted")), el("dd", {}, detail.merchantPass)));
  return rows.length > 0 ? el("dl", {}, ...rows) : el("p", { class: "soft" }, "None could be read.");
}

function problems(detail) {
  if (detail.problems.length === 0) return el("p", { class: "soft" }, "None: the request follows the contract.");
  return el("ul", { class: "problems" }, ...detail.problems.map(problem =>
    el("li", {}, el("code", {}, problem.field || "body"), ` ${problem.reason} `, badge(problem.responseCode, "warn"))));
}

const images = (id, detail) => el("div", { class: "photos" }, ...detail.images.map(name =>
  el("figure", {},
    el("a", { href: `/sandbox/requests/${id}/images/${name}`, target: "_blank", rel: "noopener" },
      el("img", { src: `/sandbox/requests/${id}/images/${name}`, alt: `${name} photo as it arrived`, width: "120", height: "90" })),
    el("figcaption", {}, name))));

function opened(id, detail) {
  const part = (title, ...content) => el("section", {}, el("h4", {}, title), ...content);
  return [
    part("Problems", problems(detail)),
    part("Fields", fields(detail)),
    detail.images.length > 0 ? part("Photos", images(id, detail)) : null,
    part(`Body as it came, ${detail.bodyLength} bytes${detail.images.length > 0 ? ", photos shortened" : ""}`,
      detail.text === undefined ? el("p", { class: "soft" }, "Dropped to make room for newer ones.") : el("pre", { tabindex: "0" }, detail.text)),
    part("Answer", detail.answer
      ? el("pre", { tabindex: "0" }, `HTTP ${detail.answer.status}\n${detail.answer.body}`)
      : el("p", { class: "soft" }, "Not answered yet.")),
  ].filter(child => child !== null);
}

export function requestRow(request) {
  const summary = el("summary");
  const body = el("div", { class: "opened" });
  const element = el("details", { class: "row" }, summary, body);
  let loaded = false;
  const load = async () => {
    if (!element.open || loaded) return;
    loaded = true;
    try {
      body.replaceChildren(...opened(request.id, await get(`/sandbox/requests/${request.id}`)));
    } catch (problem) {
      loaded = false;
      body.replaceChildren(el("p", { class: "bad" }, problem.message));
    }
  };
  element.addEventListener("toggle", load);
  return {
    element,
    update(item) {
      summary.replaceChildren(
        when(item.time),
        el("span", { class: "path" }, `${item.method} ${item.path}`),
        el("span", { class: "marks" },
          item.problems > 0 ? badge(`${item.problems} ${item.problems === 1 ? "problem" : "problems"}`, "bad") : null,
          item.scenario ? badge(item.scenario) : null,
          answerBadge(item.answer)));
      loaded = false;
      load();
    },
  };
}
