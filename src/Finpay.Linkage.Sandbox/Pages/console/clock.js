import { act, post, remove } from "./api.js";
import { announce } from "./dom.js";
import { clockText, dayText, duration } from "./time.js";

const now = document.getElementById("now");
const offset = document.getElementById("offset");
const back = document.getElementById("back");
const warning = document.getElementById("warning");
const hour = 3600;
let ahead = 0;
let sessions = [];

function tick() {
  const date = new Date(Date.now() + ahead);
  now.textContent = `${dayText(date)} ${clockText(date)}`;
  now.dateTime = date.toISOString();
}

// A widget is open for an hour, so a jump of an hour closes every one of them.
function agreed(seconds) {
  if (seconds < hour) return Promise.resolve(true);
  const open = sessions.filter(session => session.state === "open").length;
  document.getElementById("warning-title").textContent = `Run the clock forward by ${duration(seconds)}?`;
  document.getElementById("warning-text").textContent =
    `${open === 0 ? "No widget is open now" : `Every open widget expires (${open} now)`}, and `
    + " retries that come due are sent. The API itself keeps real time. You can go back to real time, but what was sent stays sent.";
  warning.returnValue = "";
  warning.showModal();
  return new Promise(resolve => warning.addEventListener("close", () => resolve(warning.returnValue === "yes"), { once: true }));
}

for (const button of document.querySelectorAll("[data-advance]")) {
  const seconds = Number(button.dataset.advance);
  button.addEventListener("click", () => act(button, async () => {
    if (!await agreed(seconds)) return;
    await post("/sandbox/clock", { advanceSeconds: seconds });
    announce(`The clock ran forward by ${duration(seconds)}.`);
  }));
}

back.addEventListener("click", () => act(back, async () => {
  await remove("/sandbox/clock");
  announce("The clock is back at real time.");
  document.querySelector("[data-advance]").focus();
}));

setInterval(tick, 1000);

export function showClock(state) {
  ahead = new Date(state.clock.now) - Date.now();
  sessions = state.sessions;
  const seconds = state.clock.offsetSeconds;
  offset.textContent = seconds < 1 ? "real time" : `${duration(seconds)} ahead of real time`;
  back.hidden = seconds < 1;
  tick();
}
