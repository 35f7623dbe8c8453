// Shapes that cross the 180th meridian are cut there; drawn on a flat map they would span the whole of it.
// Plain JavaScript, as scripts/world.mjs uses it too.

/** @typedef {number[]} Point longitude, latitude in degrees */

/**
 * The ring with longitudes that do not jump; they may go beyond 180.
 * @param {Point[]} ring
 * @returns {Point[]}
 */
function unwrapped(ring) {
  let turn = 0;
  let last = ring[0]?.[0] ?? 0;
  return ring.map((point) => {
    const [x = 0, y = 0] = point;
    if (x - last > 180) turn -= 360;
    if (x - last < -180) turn += 360;
    last = x;
    return [x + turn, y];
  });
}

/**
 * The part of the ring on one side of a meridian (Sutherland and Hodgman 1974).
 * @param {Point[]} ring
 * @param {number} edge
 * @param {boolean} east
 * @returns {Point[]}
 */
function side(ring, edge, east) {
  /** @param {Point | undefined} point */
  const inside = (point) => (east ? (point?.[0] ?? 0) >= edge : (point?.[0] ?? 0) <= edge);
  /** @type {Point[]} */
  const kept = [];
  ring.forEach((point, i) => {
    const before = ring[(i + ring.length - 1) % ring.length] ?? point;
    if (inside(point) !== inside(before)) {
      const [x1 = 0, y1 = 0] = before;
      const [x2 = 0, y2 = 0] = point;
      kept.push([edge, y1 + ((y2 - y1) * (edge - x1)) / (x2 - x1)]);
    }
    if (inside(point)) kept.push(point);
  });
  return kept;
}

/**
 * The pieces of a ring, each within -180 to 180.
 * @param {Point[]} ring
 * @returns {Point[][]}
 */
export function cutRing(ring) {
  const flat = unwrapped(ring);
  /** @type {Point[][]} */
  const pieces = [];
  for (const turn of [-360, 0, 360]) {
    const piece = side(side(flat, turn - 180, true), turn + 180, false).map(([x = 0, y = 0]) => [x - turn, y]);
    const isLine = piece.every((point) => point[0] === piece[0]?.[0]);
    if (piece.length > 2 && !isLine) pieces.push(piece);
  }
  return pieces;
}
