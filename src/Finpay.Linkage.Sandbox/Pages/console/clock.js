import { act, post } from "./api.js";
import { announce } from "./dom.js";
import { clockText, dayText, duration } from "./time.js";

const now = document.getElementById("now");
const offset = document.getElementById("offset");
let ahead = 0;

function tick() {
  const date = new Date(Date.now() + ahead);
  now.textContent = `${dayText(date)} ${clockText(date)}`;
  now.dateTime = date.toISOString();
}

for (const button of document.querySelectorAll("[data-advance]")) {
  const seconds = Number(button.dataset.advance);
  button.addEventListener("click", () => act(button, async () => {
    await post("/sandbox/clock", { advanceSeconds: seconds });
    announce(`The clock ran forward by ${duration(seconds)}.`);
  }));
}

setInterval(tick, 1000);

export function showClock(clock) {
  ahead = new Date(clock.now) - Date.now();
  offset.textContent = clock.offsetSeconds < 1 ? "real time" : `${duration(clock.offsetSeconds)} ahead of real time`;
  tick();
}
