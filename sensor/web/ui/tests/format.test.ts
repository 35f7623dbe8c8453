import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ago,
  bytes,
  countryName,
  duration,
  localTime,
  parseTime,
  percent,
  plural,
  shorten,
  utcText,
  visible,
} from "../src/format";

const NOW = new Date("2026-11-26T12:00:00Z");

test("bytes have the unit that people know", () => {
  assert.equal(bytes(0), "0 B");
  assert.equal(bytes(1023), "1023 B");
  assert.equal(bytes(1536), "1.5 KiB");
  assert.equal(bytes(812_000_000), "774 MiB");
});

test("shares are never rounded to all or nothing", () => {
  assert.equal(percent(0, 10), "0 %");
  assert.equal(percent(1, 100_000), "< 1 %");
  assert.equal(percent(99_999, 100_000), "> 99 %");
  assert.equal(percent(10, 10), "100 %");
  assert.equal(percent(5, 0), "0 %");
});

test("times of events are read whatever their zone and digits", () => {
  assert.equal(parseTime("2026-11-23T21:03:21.240944+0000")?.toISOString(), "2026-11-23T21:03:21.240Z");
  assert.equal(parseTime("2026-11-23T21:03:21Z")?.toISOString(), "2026-11-23T21:03:21.000Z");
  assert.equal(parseTime("2026-11-23T22:03:21+01:00")?.toISOString(), "2026-11-23T21:03:21.000Z");
  assert.equal(parseTime("2026-11-23")?.toISOString(), "2026-11-23T00:00:00.000Z");
  assert.equal(parseTime("yesterday"), null);
  assert.equal(parseTime(undefined), null);
});

test("times stand in the viewer's zone, shortened where the day is clear", () => {
  assert.equal(localTime(new Date("2026-11-26T10:01:02Z"), NOW, "en-GB", "Europe/Berlin"), "11:01:02");
  assert.equal(localTime(new Date("2026-11-25T10:01:02Z"), NOW, "en-GB", "Europe/Berlin"), "25 Nov, 11:01");
  assert.match(localTime(new Date("2025-11-25T10:01:02Z"), NOW, "en-GB", "Europe/Berlin"), /2025/);
  assert.equal(utcText(NOW), "2026-11-26 12:00:00 UTC");
});

test("how long ago", () => {
  assert.equal(ago(new Date("2026-11-26T11:59:30Z"), NOW), "just now");
  assert.equal(ago(new Date("2026-11-26T11:58:00Z"), NOW), "2 minutes ago");
  assert.equal(ago(new Date("2026-11-25T11:00:00Z"), NOW), "1 day ago");
  assert.equal(ago(new Date("2027-11-25T11:00:00Z"), NOW), "in the future");
  assert.equal(duration(90_000), "1 day");
});

test("numbers have their noun", () => {
  assert.equal(plural(1, "finding"), "1 finding");
  assert.equal(plural(1200, "finding"), "1,200 findings");
  assert.equal(plural(2, "anomaly", "anomalies"), "2 anomalies");
});

test("countries have names; what is no code stays as it is", () => {
  assert.equal(countryName("DE"), "Germany");
  assert.equal(countryName(""), "");
  assert.equal(countryName("<b>"), "<b>");
});

test("text that hides or turns around is shown for what it is", () => {
  assert.equal(visible("good\u202Egpj.exe"), "good\\u202egpj.exe");
  assert.equal(visible("a\u0000b\nc"), "a\\u0000b\\u000ac");
  assert.equal(visible("Grüße 电话"), "Grüße 电话");
  assert.equal(shorten("abcdef", 4), "abc…");
});
