import { call } from "./api.js";
import { card, duration, el, link, table, when } from "./dom.js";
import { language, t } from "./text.js";

const hour = 3_600_000;
const day = 24 * hour;
const jakarta = 7 * hour;
const ranges = {
  "24h": ["hour", hour, 24], "3d": ["hour", hour, 72], "7d": ["day", day, 7], "30d": ["day", day, 30], "92d": ["day", day, 92],
};
const colors = {
  created: "#0b5fff", widgetIssued: "#536078", approved: "#0b6b4c", rejected: "#b26a00", failed: "#b42318", inDoubt: "#7a3fb0",
};
const refreshMs = 60_000;

// Where the lines of a chart may stand.
const countSteps = [1, 10, 100, 1000, 10_000, 100_000].flatMap(power => [power, 2 * power, 5 * power]);
const timeSteps = [1, 5, 15, 30, 60, 300, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400, 172_800, 604_800, 1_209_600];

// Nothing is replaced under somebody's hands.
const isInUse = () => document.hidden || document.querySelector("main :focus:not(h1), main details[open]");

export async function overview({ query, signal, again }) {
  const range = ranges[query.range] ? query.range : "7d";
  const [bucket, width, count] = ranges[range];
  // Days are those of Jakarta; hours begin at the same time everywhere.
  const first = Math.floor((Date.now() + jakarta) / width) * width - jakarta - (count - 1) * width;
  const stats = await call("GET", "stats", { query: { bucket, from: new Date(first).toISOString() }, signal });
  const timer = setInterval(() => isInUse() || again(), refreshMs);
  signal.addEventListener("abort", () => clearInterval(timer));
  const counts = Object.keys(colors).map(name => ({ name, color: colors[name], of: one => one[name] }));
  const times = [
    { name: t("median"), color: colors.created, of: one => one.medianSeconds ?? null },
    { name: "p95", color: colors.rejected, of: one => one.p95Seconds ?? null },
  ];
  return {
    title: t("Overview"),
    content: [
      card(t("What waits now"), tiles(stats.now)),
      card(t("Upgrades by the time of their creation"), tabs(range), totals(stats.buckets), chart(stats, counts, countSteps, String)),
      card(t("Time to the result"), chart(stats, times, timeSteps, duration)),
      el("details", { class: "card" }, el("summary", {}, t("The same as a table")), table(
        t("Upgrades by the time of their creation"),
        [
          [t("from"), one => when(one.from)], ...counts.map(({ name, of }) => [name, of]),
          ...times.map(({ name, of }) => [name, one => duration(of(one))]),
        ],
        stats.buckets.toReversed())),
      el("p", { class: "soft" }, t("A status is the one that an upgrade has now. Days and the charts are in Jakarta's time (WIB).")),
    ],
  };
}

const tabs = range => el("p", { class: "tabs" }, ...Object.keys(ranges).map(name =>
  el("a", { href: `#/overview?range=${name}`, "aria-current": name === range && "true" }, t(name))));

function tiles(now) {
  const all = [
    ["overdue", now.overdue, "upgrades?overdue=true"], ["orphan", now.orphans, "inbox?disposition=orphan"],
    ["contradiction", now.contradictions, "inbox?disposition=contradiction"],
    ["unknownOutcome", now.unknownOutcome, "inbox?disposition=unknownOutcome"], ["invalid", now.invalid, "inbox?disposition=invalid"],
    [t("events pending"), now.eventsPending, "events?state=pending"], [t("events dead"), now.eventsDead, "events?state=dead"],
    [t("oldest pending event"), duration(now.oldestPendingSeconds), "events?state=pending"],
  ];
  return el("ul", { class: "tiles" },
    ...all.map(([name, value, to]) => el("li", {}, link(to, el("strong", {}, String(value))), el("span", {}, name))));
}

function totals(buckets) {
  const sum = name => buckets.reduce((total, one) => total + one[name], 0);
  return el("p", { class: "totals" },
    ...Object.keys(colors).map(name => el("span", {}, `${name} `, el("strong", {}, String(sum(name))))));
}

function chart({ bucket, buckets }, series, steps, text) {
  const isDay = bucket === "day";
  const format = new Intl.DateTimeFormat(language() === "id" ? "id-ID" : "en-GB", {
    day: "numeric", month: "short", ...(isDay ? {} : { hour: "2-digit", minute: "2-digit" }), timeZone: "Asia/Jakarta",
  });
  const label = seconds => seconds === null ? "–" : format.format(seconds * 1000);
  const incrs = isDay ? [1, 2, 7, 14, 30].map(days => days * 86400) : [1, 3, 6, 12, 24, 48].map(hours => hours * 3600);
  const data = [buckets.map(one => Date.parse(one.from) / 1000), ...series.map(one => buckets.map(one.of))];
  const options = {
    tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), "Asia/Jakarta"),
    series: [{ label: "WIB", value: (_, seconds) => label(seconds) }, ...series.map(({ name, color }) => ({
      label: name, stroke: color, width: 2, points: { show: buckets.length < 40 },
      value: (_, value) => value === null ? "–" : text(value),
    }))],
    axes: [
      { incrs, values: (_, all) => all.map(label), space: isDay ? 70 : 100 }, { incrs: steps, values: (_, all) => all.map(text), size: 70 },
    ],
    scales: { y: { range: (_, least, most) => [0, Math.max(1, most * 1.1)] } },
  };
  const holder = el("div", { class: "chart" });
  let plot;
  // The first time it is laid out, and whenever its width changes.
  new ResizeObserver(() => {
    const size = { width: holder.clientWidth, height: 220 };
    if (plot) plot.setSize(size);
    else plot = new uPlot({ ...size, ...options }, data, holder);
  }).observe(holder);
  return holder;
}
