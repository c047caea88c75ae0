import { knows, language, onLanguage, text } from './language.js';

const order = encodeURIComponent(new URLSearchParams(location.search).get('order') ?? '');
const card = document.querySelector('.result');
const problem = document.getElementById('problem');
const actions = document.getElementById('actions');
const final = ['approved', 'rejected', 'unknown'];
// The view that is read next explains these, with Finnet's own words.
const told = ['duplicate-reference', 'finnet-refused'];
let view = JSON.parse(card.dataset.view);
let failure = null;
let shown = '';
let wait = 1000;
let timer = 0;
let working = false;
let following = false;

const time = (iso) =>
  `${new Intl.DateTimeFormat(language(), { dateStyle: 'medium', timeStyle: 'short', timeZone: 'Asia/Jakarta' }).format(new Date(iso))} WIB`;

function link(key, href, plain) {
  const element = document.createElement('a');
  [element.className, element.href, element.textContent] = [plain ? 'button plain' : 'button', href, text(key)];
  return element;
}

function button(key, verb, plain) {
  const element = document.createElement('button');
  [element.type, element.className, element.textContent] = ['button', plain ? 'button plain' : 'button', text(key)];
  element.addEventListener('click', () => act(element, verb));
  return element;
}

const actionsOf = {
  open: () => [link('result.open.action', view.widgetUrl)],
  approved: () => [link('result.approved.action', '/shop')],
  rejected: () => [link('result.rejected.action', '/shop')],
  expired: () => [button('result.again', 'again')],
  failed: () => [button('result.again', 'again')],
  requested: () => [button('result.repeat', 'repeat')],
  doubt: () => [button('result.repeat', 'repeat')],
  known: () => [button('result.again', 'again')],
  unknown: () => [link('result.unknown.action', '/shop')],
};

// Only written when it changes: otherwise a screen reader reads it again, and a focused button loses the focus.
function render() {
  const now = JSON.stringify([view, failure, language()]);
  if (now === shown || working)
    return;
  shown = now;
  card.dataset.state = view.state;
  document.title = text(`result.${view.state}.title`);
  document.getElementById('title').textContent = text(`result.${view.state}.title`);
  const rejectedSilently = view.state === 'rejected' && !view.reason;
  document.getElementById('text').textContent = rejectedSilently
    ? text('result.rejected.noReason')
    : text(`result.${view.state}.text`, { time: view.expiryTime ? time(view.expiryTime) : '' });
  const reason = document.getElementById('reason');
  reason.textContent = view.reason ?? '';
  reason.hidden = !view.reason;
  const said = document.getElementById('said');
  said.hidden = !view.finnet;
  said.textContent = view.finnet ? text('result.said', { ...view.finnet, meaning: view.finnet[language()] }) : '';
  const quote = document.getElementById('quote');
  quote.hidden = !view.reference;
  quote.textContent = view.reference ? text('result.quote', { reference: view.reference, time: time(view.time) }) : '';
  const key = failure === 'offline' ? 'result.offline' : `problem.${failure}`;
  problem.textContent = failure ? text(knows(key) ? key : 'problem.other') : '';
  problem.hidden = !failure;
  actions.replaceChildren(...(actionsOf[view.state]?.() ?? []));
}

// A shop that can't read the result still knows what the customer may quote.
async function quoteOf(response) {
  const { reference, time } = await response.json();
  view = { ...view, reference, time };
}

async function look() {
  clearTimeout(timer);
  try {
    const response = await fetch(`/shop/api/orders/${order}`);
    if (response.status === 404)
      view = { state: 'unknown' };
    else if (response.ok)
      view = await response.json();
    else
      await quoteOf(response);
    if (failure === 'offline' || !response.ok)
      failure = response.ok || response.status === 404 ? null : 'offline';
  } catch {
    failure = 'offline';
  }
  render();
  if (!final.includes(view.state) && (!following || failure)) {
    timer = setTimeout(look, wait);
    wait = Math.min(wait * 1.3, 10000);
  }
}

// The shop's server is told of the result by the API, and lets this page know at once; without that, the page looks now and then.
async function listen() {
  let seen = -1;
  try {
    while (!final.includes(view.state)) {
      const response = await fetch(`/shop/api/orders/${order}/news?seen=${seen}`);
      if (!response.ok)
        return;
      const told = (await response.json()).seen;
      if (seen >= 0 && told !== seen)
        await look();
      seen = told;
    }
  } catch {
    // Looking now and then is enough.
  }
}

// The API tells of every change at once. Where it can't be reached from here, the page goes on asking the shop.
async function follow() {
  try {
    const { token, url, module } = await (await fetch(`/shop/api/orders/${order}/token`, { method: 'POST' })).json();
    const { watchUpgrade } = await import(module);
    following = true;
    watchUpgrade({ url, token, onStatus: look, onError: look, onEnd: (reason) => {
      following = false;
      if (reason === 'expired')
        follow();
    } });
  } catch {
    following = false;
    listen();
  }
}

async function act(element, verb) {
  if (working)
    return;
  working = true;
  element.setAttribute('aria-disabled', 'true');
  element.textContent = text('result.working');
  failure = null;
  try {
    const response = await fetch(`/shop/api/orders/${order}/${verb}`, { method: 'POST' });
    const answer = await response.json();
    if (answer.widgetUrl || (answer.order && answer.order !== order)) {
      location.assign(answer.widgetUrl ?? `/shop/result?order=${answer.order}`);
      return;
    }
    failure = response.ok || told.includes(answer.problem) ? null : answer.problem;
  } catch {
    failure = 'network';
  }
  working = false;
  shown = '';
  wait = 1000;
  await look();
  document.getElementById('title').focus();
}

onLanguage(render);
addEventListener('pageshow', (event) => {
  if (event.persisted)
    location.reload();
});
document.getElementById('look')?.remove();
render();
if (!final.includes(view.state)) {
  look();
  follow();
}
