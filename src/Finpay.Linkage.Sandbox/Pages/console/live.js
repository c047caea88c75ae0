import { get } from "./api.js";

const connection = document.getElementById("connection");
const retryAfter = 3000;
let stream = null;
let fetching = false;
let stale = false;

// One fetch at a time: one more fetch shows all changes that came meanwhile.
async function refresh(show) {
  stale = true;
  if (fetching) return;
  fetching = true;
  try {
    while (stale) {
      stale = false;
      show(await get("/sandbox/console"));
    }
  } catch {
    disconnected();
  } finally {
    fetching = false;
  }
}

function disconnected() {
  connection.textContent = "Not connected to the sandbox. Trying again…";
  connection.hidden = false;
}

export function live(show) {
  const close = () => {
    stream?.close();
    stream = null;
  };
  const open = () => {
    if (stream || document.hidden) return;
    stream = new EventSource("/sandbox/events");
    stream.addEventListener("open", () => { connection.hidden = true; });
    stream.addEventListener("changed", () => refresh(show));
    stream.addEventListener("error", () => {
      disconnected();
      // The browser reconnects by itself, unless the sandbox refused the connection.
      if (stream?.readyState !== EventSource.CLOSED) return;
      close();
      setTimeout(open, retryAfter);
    });
  };

  // A browser has only six connections to one host, so a hidden tab must not hold one.
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
}
