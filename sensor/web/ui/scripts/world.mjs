// Writes the world as one small file for the HTML report: a path for each country on an equirectangular grid of
// 1000 x 500, without Antarctica. Usage: node scripts/world.mjs [OUTPUT], by default sensor/report/world.json.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { feature } from "topojson-client";
import { cutRing } from "../src/geo/antimeridian.js";

const ATLAS = new URL("../node_modules/world-atlas/countries-110m.json", import.meta.url);
const ISO = new URL("../src/geo/iso.ts", import.meta.url);
const OUTPUT = new URL("../../../report/world.json", import.meta.url);
const SOURCE =
  "Natural Earth 1:110m, public domain, by way of world-atlas 2.0.2; 1000 x 500, x = (longitude + 180) / 0.36, y = (90 - latitude) / 0.36";

const alpha2 = new Map(
  [...readFileSync(ISO, "utf8").matchAll(/\b(\d{3})([A-Z]{2})\b/g)].map((pair) => [pair[1], pair[2]]),
);

const grid = ([longitude, latitude]) => [Math.round((longitude + 180) / 0.36), Math.round((90 - latitude) / 0.36)];

// Relative steps are shorter than places; points that fall on the one before are left out.
function path(ring) {
  const points = ring
    .map(grid)
    .filter((point, i, all) => i === 0 || point[0] !== all[i - 1][0] || point[1] !== all[i - 1][1]);
  const [first, ...rest] = points;
  const last = rest[rest.length - 1];
  if (last && last[0] === first[0] && last[1] === first[1]) rest.pop();
  if (rest.length < 2) return "";
  let [x, y] = first;
  let text = `M${x} ${y}l`;
  for (const point of rest) {
    const step = `${point[0] - x} ${point[1] - y}`;
    text += text.endsWith("l") || step.startsWith("-") ? step : ` ${step}`;
    [x, y] = point;
  }
  return `${text.replaceAll(" -", "-")}Z`;
}

function pathsOf(geometry) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return polygons
    .flatMap((polygon) => cutRing(polygon[0]))
    .map(path)
    .join("");
}

const topology = JSON.parse(readFileSync(ATLAS, "utf8"));
const shapes = {};
for (const country of feature(topology, topology.objects.countries).features) {
  const name = country.properties.name;
  // Territories without a code belong to no row of a table; their land is kept under their name.
  const code = name === "Kosovo" ? "XK" : (alpha2.get(String(country.id ?? "").padStart(3, "0")) ?? name);
  const paths = pathsOf(country.geometry);
  if (code !== "AQ" && paths) shapes[code] = paths;
}
const sorted = Object.fromEntries(Object.entries(shapes).sort(([a], [b]) => (a < b ? -1 : 1)));
const output = process.argv[2] ?? fileURLToPath(OUTPUT);
const lines = Object.entries({ _source: SOURCE, ...sorted }).map(
  ([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`,
);
writeFileSync(output, `{${lines.join(",\n")}}\n`);
console.log(`${output}: ${Object.keys(sorted).length} countries`);
