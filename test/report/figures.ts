/** Figures and reports whose curves are known, for tests of pages. */
import type { Curve, Figure } from "../../src/report/figure.js";
import { readAssets } from "../../src/report/page/assets.js";
import type { Report, Subject } from "../../src/report/page/report.js";

/** The script of pages, as it is built. */
export const assets = readAssets(new URL("../../dist/report/page/client/", import.meta.url));

export function figure(name: string, curves: readonly Curve[], more: Partial<Figure> = {}): Figure {
  return {
    name,
    title: name,
    caption: `what ${name} shows`,
    x: { label: "step" },
    y: { label: "value", scale: "linear" },
    levels: [],
    ...more,
    curves,
  };
}

/** A curve over the steps 0, 1, 2, … */
export function curve(
  rows: number,
  value: (step: number) => number | null,
  more: Partial<Curve> = {},
): Curve {
  const x = Array.from({ length: rows }, (_, step) => step);
  return { label: "central flow", role: "central", ...more, x, y: x.map(value) };
}

export function subject(more: Partial<Subject> = {}): Subject {
  return {
    name: "toy.cflow",
    command: "cflow run toy.cflow",
    intro: ["A toy."],
    made: { from: "2026-01-02T03:04:05Z", to: "2026-01-02T03:05:06Z", versions: ["cflow 1.2.3"] },
    claims: [],
    flows: [],
    plots: [],
    varied: [],
    lacking: [],
    settings: [{ title: "params", rows: [["lr", "0.1"]] }],
    sources: [{ name: "toy.cflow", text: "param lr = 0.1\n" }],
    ...more,
  };
}

export function report(...figures: readonly Figure[]): Report {
  return {
    title: "toy",
    subjects: [subject({ flows: [{ name: "eos", declared: "eos", about: "", figures }] })],
  };
}
