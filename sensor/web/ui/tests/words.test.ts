import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { widths } from "../src/charts/coverage";
import { bucketSeconds, steps } from "../src/charts/timeline";
import { classOf, locationWords, reasonLabel, trustWords, typeLabel, typeNames } from "../src/words";
import { untilOf } from "../src/pages/mute_dialog";

const SENSOR = process.env["TELLTALE_SENSOR"] ?? `${process.cwd()}/../..`;
const matches = (file: string, pattern: RegExp): string[][] =>
  [...readFileSync(`${SENSOR}/${file}`, "utf8").matchAll(pattern)].map((match) => [...match]);

test("every type that the sensor knows has plain words, and its class", () => {
  const types = matches("model/taxonomy.inc", /^TYPE\((\w+), (\w+)\)/gm);
  assert.ok(types.length > 20);
  for (const [, inClass, type] of types) {
    assert.ok(typeNames().includes(type ?? ""), `${type} has no words`);
    assert.equal(classOf(type ?? ""), inClass);
  }
});

test("every reason why bytes were not read has plain words", () => {
  const reasons = matches("model/not_inspected.inc", /^REASON\((\w+), \w+\)/gm);
  assert.ok(reasons.length > 10);
  for (const [, reason] of reasons) assert.notEqual(reasonLabel(reason ?? ""), (reason ?? "").replaceAll("_", " "));
});

test("what has no words is shown as it is named", () => {
  assert.equal(typeLabel("blood_group"), "blood group");
  assert.equal(locationWords("carrier.pigeon:leg"), "carrier.pigeon:leg");
});

test("places in a message in words", () => {
  assert.equal(locationWords("http.request.body:$.device.imei"), "body of the HTTP request, at $.device.imei");
  assert.equal(locationWords("http2.request.query:lat"), "query of the HTTP/2 request, at lat");
  assert.equal(locationWords("raw.payload"), "content of the stream");
});

test("why a server is trusted or not, in words", () => {
  assert.equal(trustWords("default: unknown"), "no list names it");
  assert.equal(trustWords("untrusted.packs.in-69a-2020: ushareit.com"), "pack in-69a-2020 lists ushareit.com");
  assert.equal(trustWords("trusted.domains: example.com"), "your list trusted.domains names example.com");
  assert.equal(trustWords("something else"), "something else");
});

test("the ledger's bar is full, and hides nothing that is there", () => {
  const shown = widths([1_000_000, 0, 1, 0, 0]);
  assert.ok((shown[2] ?? 0) >= 0.5);
  assert.equal(shown[1], 0);
  assert.ok(Math.abs(shown.reduce((a, b) => a + b) - 100) < 1e-9);
  assert.deepEqual(widths([0, 0]), [0, 0]);
});

test("the timeline has a column for every step, quiet or not", () => {
  const buckets = [
    { start: "2026-11-23T00:00:00Z" },
    { start: "2026-11-23T03:00:00Z" },
    { start: "2026-11-23T04:00:00Z" },
  ];
  assert.equal(bucketSeconds(buckets), 3600);
  assert.equal(bucketSeconds(buckets, 600), 600);
  assert.equal(steps(buckets, 3600).length, 5);
  assert.equal(steps([], 3600).length, 0);
  // A device whose clock is in 1970 does not make a million columns.
  assert.equal(steps([{ start: "1970-01-01T00:00:00Z" }, { start: "2026-11-23T00:00:00Z" }], 60).length, 2);
});

test("a mute ends when it was said to", () => {
  const now = new Date("2026-11-26T12:00:00.500Z");
  assert.equal(untilOf("week", now), "2026-12-03T12:00:00Z");
  assert.equal(untilOf("ever", now), null);
});
