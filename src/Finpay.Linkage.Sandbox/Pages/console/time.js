import { el } from "./dom.js";

const two = number => String(number).padStart(2, "0");

export const clockText = date => `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;

export const dayText = date => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;

// The sandbox's clock may be days ahead, so the day is part of the time.
export function when(iso) {
  const date = new Date(iso);
  return el("time", { datetime: iso, class: "when" }, el("span", { class: "day" }, dayText(date)), " ", clockText(date));
}

export function duration(exact) {
  let seconds = Math.round(exact);
  const parts = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]].flatMap(([size, unit]) => {
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    return count > 0 ? [`${count} ${unit}`] : [];
  });
  return parts.slice(0, 2).join(" ") || "0 s";
}
