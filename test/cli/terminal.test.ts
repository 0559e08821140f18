/** Tables, times and ages as terminals show them. */
import { expect, it } from "vitest";
import { fittedTable, showAge, showTime } from "../../src/cli/terminal.js";

it("a table that is too wide has a line a cell, behind its head", () => {
  const rows = [["loss", "0.1", "0.2"]];
  expect(fittedTable(["", "A", "B"], rows, 80)).toEqual(["      A    B", "loss  0.1  0.2"]);
  expect(fittedTable(["", "A", "B"], rows)).toEqual(["      A    B", "loss  0.1  0.2"]);
  expect(fittedTable(["", "A", "B"], rows, 10)).toEqual(["loss", "  A 0.1", "  B 0.2"]);
  expect(fittedTable([], rows, 10)).toEqual(["loss", "  0.1", "  0.2"]);
});

it.each<[number, string]>([
  [-3, "just now"],
  [59.9, "just now"],
  [60, "1 minute ago"],
  [3599, "59 minutes ago"],
  [7200, "2 hours ago"],
  [86_400, "1 day ago"],
  [400 * 86_400, "400 days ago"],
])("%d seconds are %s", (seconds, text) => {
  expect(showAge(seconds)).toBe(text);
});

it("a time is local, to the minute", () => {
  expect(showTime(new Date(2026, 0, 2, 3, 4, 59))).toBe("2026-01-02 03:04");
});
