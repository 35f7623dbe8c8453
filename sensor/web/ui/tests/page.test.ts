import assert from "node:assert/strict";
import { test } from "node:test";
import { problemOf, queryText } from "../src/api";
import { isOwnLink } from "../src/dom";
import { cutRing } from "../src/geo/antimeridian.js";
import { alpha2 } from "../src/geo/iso";
import { middle, project, unproject } from "../src/geo/world";
import { countryOfZone, zoneCountries } from "../src/geo/zones";
import { address, parseRoute } from "../src/page";

test("addresses of pages carry ids and filters whole", () => {
  const route = parseRoute("#/devices/f4%3Af5%2F7?since=24h");
  assert.equal(route.name, "devices");
  assert.equal(route.part, "f4:f5/7");
  assert.equal(route.query.get("since"), "24h");
  assert.equal(parseRoute("").name, "overview");
  assert.equal(parseRoute("#/devices/%zz").part, "");
  const hostile = 'a&b=<script>?#"';
  assert.equal(parseRoute(address("findings", { destination: hostile })).query.get("destination"), hostile);
  assert.equal(address("alerts", { device: undefined, q: "" }), "#/alerts");
});

test("questions to the API leave out what is not asked", () => {
  assert.equal(queryText({ since: undefined, q: "", limit: 5 }), "?limit=5");
  assert.equal(queryText({}), "");
});

test("failed answers become a sentence, whoever sent them", () => {
  assert.equal(
    problemOf(404, '{"error":{"status":404,"message":"there is no such device"}}').message,
    "there is no such device",
  );
  assert.equal(problemOf(502, "<html>Bad gateway</html>").message, "the sensor answered with status 502");
  assert.equal(problemOf(500, "null").status, 500);
});

test("links lead nowhere else", () => {
  assert.ok(isOwnLink("#/alerts"));
  assert.ok(isOwnLink("api/v1/uploads/1/report"));
  for (const href of ["https://example.com", "//example.com", "javascript:alert(1)", "data:text/html,x", "/"])
    assert.ok(!isOwnLink(href));
});

test("shapes are cut where the map ends", () => {
  const fiji = [
    [179, -16],
    [-179, -16],
    [-179, -18],
    [179, -18],
    [179, -16],
  ];
  const pieces = cutRing(fiji);
  assert.equal(pieces.length, 2);
  for (const piece of pieces) {
    const width = Math.max(...piece.map((point) => point[0] ?? 0)) - Math.min(...piece.map((point) => point[0] ?? 0));
    assert.ok(width <= 1.0001);
  }
  const square = [
    [0, 0],
    [10, 0],
    [10, 10],
    [0, 10],
    [0, 0],
  ];
  assert.equal(cutRing(square).length, 1);
});

test("the middle of a country is that of its largest piece", () => {
  const ring = (x: number, size: number) => [
    [
      [x, 0],
      [x + size, 0],
      [x + size, size],
      [x, size],
      [x, 0],
    ],
  ];
  assert.deepEqual(middle({ type: "MultiPolygon", coordinates: [ring(100, 1), ring(0, 10)] }), [5, 5]);
  assert.equal(middle({ type: "Point", coordinates: [0, 0] }), undefined);
});

test("the projection can be undone", () => {
  for (const point of [
    [0, 0],
    [13.4, 52.5],
    [-170, -60],
    [179, 83],
  ]) {
    const [x = 0, y = 0] = unproject(project(point));
    assert.ok(Math.abs(x - (point[0] ?? 0)) < 1e-6 && Math.abs(y - (point[1] ?? 0)) < 1e-6);
  }
});

test("countries of shapes and of time zones", () => {
  assert.equal(alpha2("276", "Germany"), "DE");
  assert.equal(alpha2(76, "Brazil"), "BR");
  assert.equal(alpha2(undefined, "Somaliland"), "");
  assert.equal(countryOfZone("Europe/Berlin"), "DE");
  assert.equal(countryOfZone("America/Argentina/Ushuaia"), "AR");
  assert.equal(countryOfZone("Mars/Olympus"), "");
  assert.ok(zoneCountries().length > 200);
});
