import { Failure, call, isSignedIn, signIn, signOut, unready } from "./api.js";
import { card, el, say, zoneText } from "./dom.js";
import { form, textField } from "./forms.js";
import { choose, language, t, translate } from "./text.js";
import { audit } from "./audit.js";
import { event, events } from "./events.js";
import { inbox, notification } from "./inbox.js";
import { overview } from "./overview.js";
import { upgrade } from "./upgrade.js";
import { upgrades } from "./upgrades.js";

// A page is a function of {id, query, signal} that resolves to its title and elements. Its address is the hash: #/upgrades?status=failed.
const pages = { overview, upgrades, inbox, events, audit, "upgrades/": upgrade, "inbox/": notification, "events/": event };
const main = document.getElementById("main");
let running = new AbortController();

export function address() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [name, id] = path.split("/");
  return { name: name || "overview", id: id && decoded(id), query: Object.fromEntries(new URLSearchParams(query)) };
}

// What somebody typed may be no encoding at all.
function decoded(id) {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

async function show(isNew = true) {
  running.abort();
  const { signal } = (running = new AbortController());
  document.getElementById("nav").hidden = document.getElementById("sign-out").hidden = !isSignedIn();
  if (!isSignedIn()) return showSignIn();
  const { name, id, query } = address();
  for (const anchor of document.querySelectorAll("#nav a"))
    if (anchor.hash === `#/${name}`) anchor.setAttribute("aria-current", "page");
    else anchor.removeAttribute("aria-current");
  const page = pages[id ? `${name}/` : name] ?? overview;
  main.setAttribute("aria-busy", "true");
  if (isNew) {
    say("");
    main.replaceChildren(el("p", { class: "soft", role: "status" }, t("Loading…")));
  }
  try {
    const { title, content } = await page({ id, query, signal, again: () => show(false) });
    if (!signal.aborted) fill(title, content, isNew);
  } catch (failure) {
    if (!signal.aborted) showFailure(failure);
  }
}

function fill(title, content, isNew = true) {
  document.title = `${title} – Finpay.Linkage`;
  const heading = el("h1", { tabindex: "-1" }, title);
  main.replaceChildren(heading, ...content.filter(Boolean));
  main.removeAttribute("aria-busy");
  // After an action the button that had the focus is gone.
  if (isNew || document.activeElement === document.body) heading.focus({ preventScroll: true });
}

function showFailure(failure) {
  if (!(failure instanceof Failure)) console.error(failure);
  if (failure.status === 401) return leave(failure.message);
  const again = el("button", { type: "button", onclick: () => show() }, t("Try again"));
  fill(t("That did not work"), [el("section", { class: "card", role: "alert" }, el("p", { class: "bad" }, failure.message),
    ...(failure.details ?? []).map(line => el("p", { class: "soft" }, line)), again)]);
}

function showSignIn() {
  const label = textField(t("API key of an operator"), "key", "", { type: "password", required: true });
  const input = label.querySelector("input");
  const enter = form(t("Sign in"), [label], async ({ key }) => {
    try {
      signIn(key);
      await call("GET", "stats");
    } catch (failure) {
      signOut();
      input.value = "";
      input.focus();
      throw failure.status === 401 ? new Error(failure.message) : failure;
    }
    await show();
  });
  fill(t("Operations"), [card(null, el("p", {}, t("The key stays in this tab until you sign out or close it.")), enter)], false);
  input.focus();
}

function leave(message) {
  signOut();
  show();
  say(message ?? t("You are signed out."), Boolean(message));
}

async function showHealth() {
  const faults = await unready();
  const health = document.getElementById("health");
  health.className = `badge ${faults?.length === 0 ? "good" : "bad"}`;
  health.textContent = faults === null ? t("no answer")
    : faults.length === 0 ? t("ready") : t("not ready: {what}", { what: faults.join(", ") });
}

function changeLanguage() {
  translate();
  document.getElementById("zone").textContent = zoneText();
  showHealth();
  show(false);
}

for (const button of document.querySelectorAll("[data-language]"))
  button.addEventListener("click", () => choose(button.dataset.language, changeLanguage));
document.getElementById("sign-out").addEventListener("click", () => leave());
document.querySelector(".skip").addEventListener("click", event => {
  event.preventDefault();
  main.focus();
});
window.addEventListener("signed-out", event => leave(event.detail));
window.addEventListener("hashchange", () => show());
document.getElementById("nav").addEventListener("click", event => {
  // The page that is open already is read again.
  if (event.target.hash === location.hash) show();
});
window.addEventListener("keydown", event => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, dialog")) return;
  event.preventDefault();
  const search = document.querySelector("[data-search]");
  if (search) search.focus();
  else location.hash = "#/upgrades";
});
setInterval(() => document.hidden || showHealth(), 15_000);
choose(language(), changeLanguage);
