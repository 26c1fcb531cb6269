// Draws a dashboard as a picture, without Grafana: node draw.mjs DASHBOARD PROMETHEUS PICTURE FROM TO
// Asks a Prometheus for the expressions of the panels as Grafana does, and lays them out in the dashboard's own grid. It knows what these
// dashboards use: stat, timeseries, state-timeline and bargauge.
import {spawnSync} from "node:child_process";
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {dirname, join, resolve} from "node:path";
import {fileURLToPath, pathToFileURL} from "node:url";
import {Prometheus} from "./prometheus.mjs";

const width = 1400;
const cell = 34;

const [file, address, picture, from, to] = process.argv.slice(2);
if (!to) {
  console.error("Usage: node draw.mjs DASHBOARD PROMETHEUS PICTURE FROM TO   (times in seconds since 1970)");
  process.exit(2);
}

const here = dirname(fileURLToPath(import.meta.url));
const dashboard = JSON.parse(readFileSync(file, "utf8"));
const prometheus = new Prometheus(address, Number(from), Number(to), variables(dashboard));
for (const panel of dashboard.panels) {
  panel.series = (await Promise.all((panel.targets ?? []).map(target => prometheus.series(target)))).flat();
}

const folder = mkdtempSync(join(tmpdir(), "dashboard-"));
try {
  const page = join(folder, "page.html");
  writeFileSync(page, html());
  const rows = Math.max(...dashboard.panels.map(({gridPos: {y, h}}) => y + h));
  const chromium = spawnSync("chromium", [
    "--headless", "--hide-scrollbars", "--disable-gpu", "--virtual-time-budget=5000", "--enable-logging=stderr",
    `--user-data-dir=${join(folder, "profile")}`,
    // Chromium does not start as root otherwise. It reads a page that was written here, and nothing else.
    ...process.getuid() === 0 ? ["--no-sandbox"] : [],
    `--window-size=${width},${rows * cell + 70}`, `--screenshot=${resolve(picture)}`, pathToFileURL(page).href,
  ], {encoding: "utf8"});
  // A page that fails half-way is photographed all the same.
  const failed = chromium.error?.message ?? chromium.stderr.split("\n").find(line => line.includes(":CONSOLE"));
  if (failed || chromium.status !== 0) {
    throw new Error(failed ?? chromium.stderr);
  }
} finally {
  rmSync(folder, {recursive: true, force: true});
}
const empty = dashboard.panels.filter(panel => panel.targets && panel.series.length === 0).map(panel => panel.title);
console.log(`${picture}: ${dashboard.panels.length} panels${empty.length ? `, without data: ${empty.join("; ")}` : ""}`);

function variables({templating: {list}}) {
  const boxes = list.filter(({type}) => type === "textbox").map(({name, query}) => [name, query]);
  return {...Object.fromEntries(boxes), __rate_interval: "1m", job: "kmsgateway", instance: ".*"};
}

function html() {
  const text = name => readFileSync(join(here, name), "utf8");
  const data = JSON.stringify({dashboard, cell, from: prometheus.from, to: prometheus.to, times: prometheus.times});
  return `<!doctype html><meta charset="utf-8"><style>${text("node_modules/uplot/dist/uPlot.min.css")}${text("page.css")}</style>
<body><script>${text("node_modules/uplot/dist/uPlot.iife.min.js")}</script>
<script>const data = ${data.replaceAll("<", "\\u003c")};</script><script>${text("units.js")}${text("page.js")}</script>`;
}
