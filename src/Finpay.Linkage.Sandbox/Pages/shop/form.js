import { knows, onLanguage, text } from './language.js';
import { asDataUrl, shrink, show } from './photo.js';

const form = document.querySelector('form');
const send = document.getElementById('send');
const problem = document.getElementById('problem');
let sending = false;
let wrong = null;
let failure = null;
let preparing = Promise.resolve();

const errorOf = (field) => document.getElementById(`error-${field.name}`);

function put(body, path, value) {
  const names = path.split('.');
  const last = names.pop();
  let target = body;
  for (const name of names)
    target = target[name] ??= {};
  target[last] = value;
}

async function collect() {
  await preparing;
  const body = {};
  for (const field of form.elements) {
    if (field.type === 'file' && field.files.length > 0) {
      put(body, field.name, await asDataUrl(field.files[0]));
    } else if (field.name === 'phoneNo') {
      // People write spaces and dashes in numbers; the API accepts digits only.
      put(body, field.name, field.value.replace(/[\s().-]/g, '') || undefined);
    } else if (field.name && field.type !== 'file' && field.value.trim()) {
      put(body, field.name, field.value.trim());
    }
  }
  return body;
}

function writeProblem() {
  const named = new Set([...form.elements].map((field) => field.name));
  const others = Object.entries(wrong ?? {}).filter(([path]) => !named.has(path)).map(([path, messages]) => `${path}: ${messages.join(', ')}`);
  const key = `problem.${failure}`;
  const lines = [...(failure ? [text(knows(key) ? key : 'problem.other')] : []), ...(wrong && !failure ? [text('form.wrong')] : []), ...others];
  problem.textContent = lines.join(' ');
  problem.hidden = lines.length === 0;
}

function writeErrors() {
  for (const field of form.elements) {
    const error = field.name && errorOf(field);
    if (!error)
      continue;
    const messages = wrong?.[field.name];
    const key = `error.${field.name}`;
    error.textContent = messages ? (knows(key) ? text(key) : messages.join(', ')) : '';
    error.hidden = !messages;
    if (messages)
      field.setAttribute('aria-invalid', 'true');
    else
      field.removeAttribute('aria-invalid');
  }
  writeProblem();
}

function busy(is) {
  sending = is;
  // aria-disabled instead of disabled, because a disabled button loses the keyboard focus.
  send.setAttribute('aria-disabled', String(is));
  send.dataset.text = is ? 'form.sending' : 'form.send';
  send.textContent = text(send.dataset.text);
}

function fail(slug, errors) {
  [failure, wrong] = [slug, errors ?? null];
  writeErrors();
  const first = [...form.elements].find((field) => field.getAttribute('aria-invalid'));
  (first ?? problem).focus();
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (sending)
    return;
  busy(true);
  [failure, wrong] = [null, null];
  writeErrors();
  try {
    const response = await fetch('/shop/api/orders', {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(await collect()),
    });
    const answer = await response.json();
    // When an order exists, its own page shows the state, whatever the answer was.
    if (response.ok || answer.order) {
      location.assign(answer.widgetUrl ?? `/shop/result?order=${answer.order}`);
      return;
    }
    fail(answer.errors ? null : answer.problem, answer.errors);
  } catch {
    fail('network');
  }
  busy(false);
});

// A field that is being corrected is no longer marked as wrong; the next answer decides.
form.addEventListener('input', ({ target }) => {
  if (!wrong?.[target.name])
    return;
  delete wrong[target.name];
  if (Object.keys(wrong).length === 0)
    wrong = null;
  writeErrors();
});

for (const input of form.querySelectorAll('input[type=file]')) {
  const preview = input.closest('.photo').querySelector('.preview');
  const remove = form.querySelector(`[data-remove=${input.id}]`);
  input.addEventListener('change', () => {
    const ready = shrink(input).then(() => {
      show(input, preview);
      remove.hidden = input.files.length === 0;
      if (remove.hidden)
        preview.querySelector('span').textContent = text('form.none');
    });
    preparing = Promise.all([preparing, ready]);
  });
  remove.addEventListener('click', () => {
    input.value = '';
    input.focus();
    for (const type of ['input', 'change'])
      input.dispatchEvent(new Event(type, { bubbles: true }));
  });
}

onLanguage(writeErrors);
// After the browser's back button the page may still be in its old state.
addEventListener('pageshow', () => busy(false));
