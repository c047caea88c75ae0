import { el } from "./dom.js";

// The time of Jakarta, which has no daylight saving, as Finnet's own times are: the same for everybody who looks.
const jakarta = date => new Date(date.getTime() + 7 * 3600e3).toISOString();

export const clockText = date => `${jakarta(date).slice(11, 19)} WIB`;

export const dayText = date => jakarta(date).slice(0, 10);

// The sandbox's clock may be days ahead, so the day is part of the time.
export function when(iso) {
  const date = new Date(iso);
  return el("time", { datetime: iso, class: "when", title: date.toString() }, el("span", { class: "day" }, dayText(date)), " ", clockText(date));
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
