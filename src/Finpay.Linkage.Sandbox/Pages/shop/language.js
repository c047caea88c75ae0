// One table of texts for the page and its scripts. Switching the language keeps what the customer typed.
const tables = await (await fetch('/shop/texts.json')).json();
const listeners = [];

export const language = () => document.documentElement.lang;

export function text(key, values = {}) {
  const found = tables[language()][key] ?? key;
  return found.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export const knows = (key) => key in tables.en;

export function onLanguage(listener) {
  listeners.push(listener);
}

function mark() {
  for (const button of document.querySelectorAll('[data-language]'))
    button.setAttribute('aria-pressed', String(button.dataset.language === language()));
}

function choose(chosen) {
  document.documentElement.lang = chosen;
  document.cookie = `lang=${chosen}; path=/; max-age=31536000; samesite=lax`;
  for (const element of document.querySelectorAll('[data-text]'))
    element.textContent = text(element.dataset.text);
  for (const element of document.querySelectorAll('[data-alt]'))
    element.alt = text(element.dataset.alt);
  for (const element of document.querySelectorAll('[data-label]'))
    element.setAttribute('aria-label', text(element.dataset.label));
  mark();
  for (const listener of listeners)
    listener();
}

for (const button of document.querySelectorAll('[data-language]'))
  button.addEventListener('click', () => choose(button.dataset.language));

mark();
