// Makes ../world.txt, the map of the report: a line a country, "DE<tab>x,y<tab>path", on a grid of 1000 x 460
// (equirectangular, 84 N to 58 S); x,y is the middle of its largest part,
// and the path is empty where a country is too small for it.
//
//   npm install world-atlas@2.0.2 topojson-client@3.1.0 && node make_world.mjs > ../world.txt
//
// Borders are those of Natural Earth (public domain) as world-atlas (ISC) packs them at 1:110m, codes those of
// Debian's iso-codes. Antarctica is left out.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {feature} from 'topojson-client';

const require = createRequire(import.meta.url);
const world = require('world-atlas/countries-110m.json');
const detailed = require('world-atlas/countries-50m.json');
const codes = JSON.parse(readFileSync('/usr/share/iso-codes/json/iso_3166-1.json', 'utf8'))['3166-1'];
const alpha2 = new Map(codes.map((country) => [country.numeric, country.alpha_2]));
const unnumbered = {Kosovo: 'XK'};

const x = (longitude) => Math.round(((longitude + 180) / 360) * 1000);
const y = (latitude) => Math.round(((84 - latitude) / 142) * 460);

// A ring that leads over the antimeridian goes on beyond it, where the map ends.
function unwrapped(line) {
  const ring = [line[0]];
  for (const [longitude, latitude] of line.slice(1)) {
    const turns = Math.round((longitude - ring.at(-1)[0]) / 360);
    ring.push([longitude - 360 * turns, latitude]);
  }
  return ring;
}

// A ring as a path of whole steps, without those that do not move.
function pathOf(line) {
  const points = unwrapped(line).map(([longitude, latitude]) => [x(longitude), y(latitude)]);
  const kept = points.filter((p, i) => i === 0 || p[0] !== points[i - 1][0] || p[1] !== points[i - 1][1]);
  if (kept.length < 3) return '';
  let path = `M${kept[0][0]} ${kept[0][1]}l`;
  for (let i = 1; i < kept.length; ++i) {
    path += `${i > 1 ? ' ' : ''}${kept[i][0] - kept[i - 1][0]} ${kept[i][1] - kept[i - 1][1]}`;
  }
  return path + 'z';
}

function areaOf(ring) {
  let area = 0;
  for (let i = 0; i + 1 < ring.length; ++i) area += ring[i][0] * ring[i + 1][1] - ring[i + 1][0] * ring[i][1];
  return Math.abs(area / 2);
}

// The middle of its area.
function middleOf(line) {
  const ring = unwrapped(line);
  let [sum, sx, sy] = [0, 0, 0];
  for (let i = 0; i + 1 < ring.length; ++i) {
    const cross = ring[i][0] * ring[i + 1][1] - ring[i + 1][0] * ring[i][1];
    sum += cross;
    sx += (ring[i][0] + ring[i + 1][0]) * cross;
    sy += (ring[i][1] + ring[i + 1][1]) * cross;
  }
  const longitude = sx / (3 * sum);
  return [x(longitude - 360 * Math.round(longitude / 360)), y(sy / (3 * sum))];
}

function partsOf(country) {
  const {type, coordinates} = country.geometry;
  return type === 'Polygon' ? [coordinates] : coordinates;
}

function largestOf(country) {
  return partsOf(country).map((part) => part[0]).sort((a, b) => areaOf(b) - areaOf(a))[0];
}

function codeOf(country) {
  return alpha2.get(country.id) ?? unnumbered[country.properties.name] ?? '-';
}

const lines = [];
const drawn = new Set();
for (const country of feature(world, world.objects.countries).features) {
  const code = codeOf(country);
  if (code === 'AQ') continue;
  drawn.add(code);
  lines.push(`${code}\t${middleOf(largestOf(country)).join(',')}\t${partsOf(country).flat().map(pathOf).join('')}`);
}
// Those too small to be drawn at this scale have a place all the same.
for (const country of feature(detailed, detailed.objects.countries).features) {
  const code = codeOf(country);
  if (drawn.has(code) || code === 'AQ' || code === '-') continue;
  drawn.add(code);
  lines.push(`${code}\t${middleOf(largestOf(country)).join(',')}\t`);
}
lines.sort();
process.stdout.write('# Natural Earth 1:110m (public domain); made by world/make_world.mjs\n' + lines.join('\n') + '\n');
