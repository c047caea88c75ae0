import { announce } from "./dom.js";
import { live } from "./live.js";
import { showClock } from "./clock.js";
import { showDeliveries } from "./deliveries.js";
import { showQueue } from "./scenarios.js";
import { showReferences } from "./references.js";

let newest = null;

function tellNewest(requests) {
  const first = requests.find(request => request.answer);
  const isNews = newest !== null && first && first.id !== newest;
  newest = first?.id ?? "";
  if (isNews) announce(`A request arrived: ${first.partnerReferenceNo ?? first.path}, answered ${first.answer.responseCode ?? first.answer.status}.`);
}

live(state => {
  document.getElementById("callback").textContent = state.callback ?? "a callback that is not registered yet";
  showClock(state);
  showReferences(state);
  showQueue(state.queue);
  showDeliveries();
  tellNewest(state.requests);
});
