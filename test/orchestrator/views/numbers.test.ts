import { expect, it } from "vitest";
import {
  byteSize,
  digits,
  duration,
  figure,
  paramText,
  percent,
  roundDuration,
} from "../../../orchestrator/views/numbers.ts";

it.each([
  [0.028374, "0.02837"],
  [12.3456, "12.35"],
  [0.33, "0.33"],
  [0.0000123, "1.23e-5"],
  [1_234_567, "1.23e6"],
  [0, "0"],
  [-0.5, "-0.5"],
  [null, "–"],
])("figure(%j) is %s", (value, text) => {
  expect(figure(value)).toBe(text);
});

it.each([
  [0.33, "0.3300"],
  [12.3456, "12.35"],
  [98_765, "9.877e4"],
  [0, "0"],
  [0.0000123, "1.23e-5"],
  [null, "–"],
])("digits(%j) is %s", (value, text) => {
  expect(digits(value)).toBe(text);
});

it.each([
  [0.62, "+62%"],
  [-0.084, "-8%"],
  [-0.001, "0%"],
  [null, "–"],
])("percent(%j) is %s", (value, text) => {
  expect(percent(value)).toBe(text);
});

it.each([
  [850, "850 ms"],
  [12_345, "12.3 s"],
  [245_000, "4 min 05 s"],
  [5_400_000, "1 h 30 min"],
  [7_800_000, "2 h 10 min"],
])("duration(%j) is %s", (ms, text) => {
  expect(duration(ms)).toBe(text);
});

it.each([
  [3_600_000, "1 h"],
  [5_400_000, "90 min"],
  [86_400_000, "1 d"],
  [90_000, "90 s"],
  [1500, "1.5 s"],
])("roundDuration(%j) is %s", (ms, text) => {
  expect(roundDuration(ms)).toBe(text);
});

it.each([
  [812, "812 B"],
  [2_500_000, "2.5 MB"],
])("byteSize(%j) is %s", (bytes, text) => {
  expect(byteSize(bytes)).toBe(text);
});

it.each([
  [undefined, ""],
  [0.0004, "0.0004"],
  [0.123456, "0.1235"],
  [512, "512"],
  [[8, 4], "[8, 4]"],
  [null, "null"],
])("paramText(%j) is %s", (value, text) => {
  expect(paramText(value)).toBe(text);
});
