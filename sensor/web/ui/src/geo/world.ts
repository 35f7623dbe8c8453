// The shapes of countries (Natural Earth by way of world-atlas, public domain) and where their middle is.
import type { Feature, FeatureCollection, Geometry, Position } from "geojson";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import { cutRing } from "./antimeridian.js";
import { alpha2 } from "./iso";
import { SMALL_COUNTRIES } from "./small";

type Named = Feature<Geometry, { name: string }>;
const centres = new Map<string, [number, number]>(SMALL_COUNTRIES);
let loaded: Promise<void> | undefined;

export function loadWorld(): Promise<void> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<void> {
  const [atlas, library] = await Promise.all([import("world-atlas/countries-110m.json"), import("../charts/library")]);
  const topology = atlas.default as unknown as Topology<{ countries: GeometryCollection<{ name: string }> }>;
  const all = feature(topology, topology.objects.countries) as FeatureCollection<Geometry, { name: string }>;
  const features: Named[] = [];
  for (const shape of all.features) {
    const code = alpha2(shape.id, shape.properties.name);
    if (code === "AQ") continue;
    const centre = middle(shape.geometry);
    if (code && centre) centres.set(code, centre);
    features.push({ ...shape, geometry: cut(shape.geometry), properties: { name: code || shape.properties.name } });
  }
  library.registerMap("world", { type: "FeatureCollection", features } as never);
}

// Holes are left out: at this scale only one country has another inside, which is drawn on top of it.
function cut(geometry: Geometry): Geometry {
  const coordinates = outerRings(geometry).flatMap((ring) => cutRing(ring).map((piece) => [piece]));
  return { type: "MultiPolygon", coordinates };
}

function outerRings(geometry: Geometry): Position[][] {
  if (geometry.type === "Polygon") return geometry.coordinates.slice(0, 1);
  if (geometry.type === "MultiPolygon") return geometry.coordinates.map((polygon) => polygon[0] ?? []);
  return [];
}

export const centreOf = (code: string): [number, number] | undefined => centres.get(code);

// The centroid of the largest piece: of France that in Europe.
export function middle(geometry: Geometry): [number, number] | undefined {
  let largest = 0;
  let found: [number, number] | undefined;
  for (const ring of outerRings(geometry).flatMap(cutRing)) {
    let area = 0;
    let x = 0;
    let y = 0;
    for (let i = 0; i < ring.length; i++) {
      const [x1 = 0, y1 = 0] = ring[i] ?? [];
      const [x2 = 0, y2 = 0] = ring[(i + 1) % ring.length] ?? [];
      const cross = x1 * y2 - x2 * y1;
      area += cross;
      x += (x1 + x2) * cross;
      y += (y1 + y2) * cross;
    }
    if (Math.abs(area) > largest) {
      largest = Math.abs(area);
      found = [x / (3 * area), y / (3 * area)];
    }
  }
  return found;
}

// Equal Earth (Savric, Patterson, Jenny 2018): sizes of countries can be compared.
const A1 = 1.340264;
const A2 = -0.081106;
const A3 = 0.000893;
const A4 = 0.003796;
const M = Math.sqrt(3) / 2;
const RADIANS = Math.PI / 180;

const heightOf = (l: number): number => l * (A1 + A2 * l ** 2 + l ** 6 * (A3 + A4 * l ** 2));
const slopeOf = (l: number): number => A1 + 3 * A2 * l ** 2 + l ** 6 * (7 * A3 + 9 * A4 * l ** 2);

export function project(point: number[]): number[] {
  const l = Math.asin(M * Math.sin((point[1] ?? 0) * RADIANS));
  const x = ((point[0] ?? 0) * RADIANS * Math.cos(l)) / (M * slopeOf(l));
  return [x / RADIANS, -heightOf(l) / RADIANS];
}

export function unproject(point: number[]): number[] {
  const y = -(point[1] ?? 0) * RADIANS;
  let l = y;
  for (let i = 0; i < 12; i++) l -= (heightOf(l) - y) / slopeOf(l);
  const x = (M * (point[0] ?? 0) * RADIANS * slopeOf(l)) / Math.cos(l);
  return [x / RADIANS, Math.asin(Math.max(-1, Math.min(1, Math.sin(l) / M))) / RADIANS];
}
