// Nothing here accepts markup, so that data from outside can only become text.

export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(key, value);
  }
  node.append(...children.filter(child => child !== null && child !== undefined && child !== ""));
  return node;
}

export const badge = (text, tone = "") => el("span", { class: `badge ${tone}` }, text);

// Updates a list's elements instead of replacing them, so that focus and opened rows stay.
export function keyed(container, create, idOf = item => item.id) {
  const rows = new Map();
  return items => {
    const wanted = new Set(items.map(idOf));
    for (const [id, row] of rows) {
      if (wanted.has(id)) continue;
      row.element.remove();
      rows.delete(id);
    }

    let place = container.firstElementChild;
    for (const item of items) {
      const id = idOf(item);
      if (!rows.has(id)) rows.set(id, create(item));
      const row = rows.get(id);
      const seen = JSON.stringify(item);
      if (row.seen !== seen) row.update(item);
      row.seen = seen;
      if (row.element === place) place = place.nextElementSibling;
      else container.insertBefore(row.element, place);
    }
  };
}

const status = document.getElementById("status");

export function announce(text) {
  status.textContent = text;
}
