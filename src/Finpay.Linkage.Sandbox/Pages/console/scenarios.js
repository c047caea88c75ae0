import { act, get, post, remove } from "./api.js";
import { announce, el } from "./dom.js";

const phone = document.getElementById("phone");
const phoneProblem = document.getElementById("phone-problem");
const queue = document.getElementById("queue");
const clear = document.getElementById("clear");
const names = new Map();

// Checked here, because a refusal of the server would be shown as an error of the page.
function phoneIsFine() {
  const fine = phone.value.trim() === "" || /^(\+?62|0)8[0-9]{7,12}$/.test(phone.value.trim());
  phoneProblem.hidden = fine;
  phone.setAttribute("aria-invalid", String(!fine));
  if (!fine) phone.focus();
  return fine;
}

async function enqueue(scenario) {
  if (!phoneIsFine()) return;
  const phoneNo = phone.value.trim() || undefined;
  await post("/sandbox/scenarios", { scenario, phoneNo });
  announce(`${scenario} is queued for ${phoneNo ?? "the next request"}.`);
}

function known({ endsIn, name, description }) {
  names.set(endsIn, name);
  const button = el("button", { type: "button", "aria-label": `Queue ${endsIn}: ${description}` }, "Queue");
  button.addEventListener("click", () => act(button, () => enqueue(endsIn)));
  return el("li", {}, el("code", {}, endsIn), el("span", {}, description), button);
}

const { scenarios, otherwise } = await get("/sandbox/scenarios");
document.getElementById("known").append(
  ...scenarios.map(known), el("li", {}, el("code", {}, "else"), el("span", {}, otherwise)));
clear.addEventListener("click", () => act(clear, async () => {
  await remove("/sandbox/scenarios");
  announce("The queue is empty.");
}));
phone.addEventListener("input", () => { if (!phoneProblem.hidden) phoneIsFine(); });

export function showQueue(queued) {
  queue.replaceChildren(...queued.map(one => el("li", {},
    el("code", {}, one.scenario), ` ${names.get(one.scenario) ?? ""} `,
    el("span", { class: "soft" }, `for ${one.phoneNo ?? "the next request"}${one.count > 1 ? `, ${one.count} times` : ""}`))));
  clear.hidden = queued.length === 0;
  document.getElementById("queue-empty").hidden = queued.length > 0;
}
