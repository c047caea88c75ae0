import { announce } from "./dom.js";
import { live } from "./live.js";
import { showClock } from "./clock.js";
import { showNotifications } from "./notifications.js";
import { showQueue } from "./scenarios.js";
import { showRequests } from "./requests.js";
import { showSessions } from "./sessions.js";

let newest = null;

function tellNewest(requests) {
  const first = requests.find(request => request.answer);
  const isNews = newest !== null && first && first.id !== newest;
  newest = first?.id ?? "";
  if (isNews) announce(`A request arrived: ${first.partnerReferenceNo ?? first.path}, answered ${first.answer.responseCode ?? first.answer.status}.`);
}

live(state => {
  document.getElementById("callback").textContent = state.callback ?? "a callback that is not registered yet";
  showClock(state.clock);
  showRequests(state.requests);
  showNotifications(state.notifications);
  showSessions(state.sessions);
  showQueue(state.queue);
  tellNewest(state.requests);
});
