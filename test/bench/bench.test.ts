/** The benchmark's own arithmetic; what it times is not tested, nor is how fast that is. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { difference, summarize } from "../../bench/agreement.js";
import { operations } from "../../bench/arithmetic.js";
import { openCase } from "../../bench/cases/case.js";
import { type Contender, interleave, median } from "../../bench/measure.js";
import { startPeer } from "../../bench/peers.js";
import { exponent } from "../../bench/probes/exponent.js";
import { operationsOf } from "../../bench/probes/operations.js";
import { race } from "../../bench/race.js";
import { duration, fractionOfPeak, type Line, ratios, rendered } from "../../bench/report.js";
import { traceGradient } from "../../src/engine/trace.js";

const effort = { rounds: 4, visit: 0.1, rest: 0, budget: 60, patience: 10 };

describe("median", () => {
  it.each([
    [[3], 3],
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
  ])("of %j is %d", (values, middle) => {
    expect(median(values)).toBe(middle);
  });

  it("forgets what disturbed fewer than half", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1e3, max: 1e9 }), { maxLength: 4 }), (outliers) => {
        expect(median([...outliers, 1, 1, 1, 1, 1])).toBe(1);
      }),
    );
  });
});

describe("interleave", () => {
  /** A contender that takes `seconds` a run and notes its visits. */
  function contender(name: string, seconds: number, visits: string[]): Contender {
    return {
      name,
      async run(times) {
        visits.push(`${name}${times}`);
        return times * seconds;
      },
    };
  }

  it("visits everyone once a round, after another one each time", async () => {
    const visits: string[] = [];
    const timings = await interleave(
      [contender("a", 0.05, visits), contender("b", 0.1, visits)],
      effort,
    );
    // Two runs each to warm up; visits of about 0.1 seconds from then on.
    const rounds = ["a2", "b1", "b1", "a2", "a2", "b1", "b1", "a2"];
    expect(visits).toEqual(["a1", "a1", "b1", "b1", ...rounds]);
    expect(timings.map((timing) => timing.median)).toEqual([0.05, 0.1]);
    expect(timings.map(({ samples }) => samples.length)).toEqual([4, 4]);
  });

  it("runs once what takes longer than its patience", async () => {
    const visits: string[] = [];
    const [timing] = await interleave([contender("slow", 11, visits)], effort);
    expect(visits).toEqual(["slow1"]);
    expect(timing!.samples).toEqual([11]);
  });
});

describe("exponent", () => {
  it("is that of a power law", () => {
    const powers = fc.double({ min: -3, max: 3, noNaN: true });
    const factors = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(powers, factors, (power, factor) => {
        const points = [1e3, 1e4, 2e5, 1e6].map((x) => [x, factor * x ** power] as const);
        expect(exponent(points)).toBeCloseTo(power, 9);
      }),
    );
  });
});

describe("operations", () => {
  it("of a gradient are those of the matrix products in its graph, and a few elementwise", async () => {
    const text = `dataset examples = synthetic { train = 10  features = 200 }
model net = dense(100) -> gelu -> dense(outputs)`;
    const { source } = await openCase({ text }, 0);
    const layers = [
      { rows: 10, in: 200, out: 100 },
      { rows: 10, in: 100, out: 4 },
    ];
    const least = operations(layers, { gradients: 1 });
    // By hand: forward, by the weights, and by the second layer's input.
    expect(least).toBe(2 * 10 * (2 * 200 * 100 + 3 * 100 * 4));
    const counted = operationsOf(await traceGradient(source));
    expect(counted).toBeGreaterThan(least);
    // At most 30 kernels on the hidden layer's [10, 100].
    expect(counted).toBeLessThan(least + 30 * 10 * 100);
  });
});

describe("agreement", () => {
  const vector = Float32Array.of(1, 3, -2, 5);

  it("sees another order, another sign, another length of the list", () => {
    const ours = [summarize(vector)];
    expect(difference(ours, [summarize(vector.slice())])).toBe(0);
    expect(difference(ours, [summarize(vector.toReversed())])).toBeGreaterThan(0.1);
    expect(difference(ours, [summarize(vector.map((x) => -x))])).toBeGreaterThan(0.1);
    expect(difference(ours, [])).toBe(Number.POSITIVE_INFINITY);
  });

  it("keeps who computes something else from being timed", async () => {
    const once = async () => [vector];
    const summaries = (results: readonly Float32Array[]) => results.map(summarize);
    const peer = (name: string, values: Float32Array) => ({
      name,
      prepare: async () => ({ variant: "jit", seconds: 0.1, results: [summarize(values)] }),
      run: async (times: number) => 0.1 * times,
    });
    const { entries } = await race(
      [{ name: "onnx", once, summaries }],
      [
        peer("right", vector),
        peer(
          "wrong",
          vector.map((x) => 1.01 * x),
        ),
      ],
      { ...effort, rounds: 1, visit: 0.001 },
      1e-3,
    );
    const [, right, wrong] = entries;
    expect(right).toMatchObject({ variant: "jit", seconds: 0.1 });
    expect(wrong!.seconds).toBeUndefined();
    expect(wrong!.failure).toBe("its result differs by 1.0e-2");
  });
});

describe("a line of the report", () => {
  const line: Line = {
    case: "small",
    figure: "gradient",
    entries: [
      { name: "onnx", seconds: 0.002 },
      { name: "jax", seconds: 0.003 },
      { name: "torch", seconds: 0.006 },
      { name: "cpu", failure: "no time" },
    ],
    goals: { jax: 1, torch: 5 },
    operations: 1e8,
    peak: 1e11,
  };

  it("has ratios, goals and the fraction of the peak", () => {
    expect(ratios(line)).toEqual([
      { name: "jax", ratio: 1.5, goal: 1, reached: true },
      { name: "torch", ratio: 3, goal: 5, reached: false },
    ]);
    expect(fractionOfPeak(line)).toBeCloseTo(0.5, 12);
    expect(rendered(line).replace(/ {2,}/g, "  ")).toBe(
      "small  gradient  onnx 2.00 ms  50% of peak  jax 3.00 ms (1.50x, goal 1x reached)  " +
        "torch 6.00 ms (3.00x, goal 5x MISSED)  cpu: no time",
    );
  });

  it.each([
    [2.5e-5, "25.0 µs"],
    [0.125, "125 ms"],
    [61, "61.0 s"],
    [undefined, "–"],
  ])("shows %d seconds as %s", (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});

describe("peers", () => {
  const folder = mkdtempSync(join(tmpdir(), "cflow-peers-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  /** A peer in JavaScript: the protocol doesn't ask for Python. */
  const started = (name: "jax" | "torch", program: string) => {
    writeFileSync(join(folder, `${name}_peer.py`), program);
    return startPeer(name, { python: process.execPath, threads: 2, folder });
  };

  it("are absent where there is no interpreter", async () => {
    const python = join(folder, "python");
    const peer = await startPeer("jax", { python, threads: 1, folder });
    expect(peer).toEqual({ name: "jax", absent: `spawn ${python} ENOENT` });
  });

  it("are absent where they say so, or say nothing", async () => {
    const quiet = await started("jax", 'console.error("first");console.error("no library")');
    expect(quiet).toEqual({ name: "jax", absent: "no library" });
    const honest = await started("torch", `console.log('{"absent": "No module named torch"}')`);
    expect(honest).toEqual({ name: "torch", absent: "No module named torch" });
  });

  it("answer a line for a line, with what they are asked or an error", async () => {
    const peer = await started(
      "jax",
      `console.log(JSON.stringify({ name: "jax", version: process.argv[2] }));
       require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
         const { do: what, times } = JSON.parse(line);
         if (what === "end") process.exit();
         console.log(JSON.stringify(what === "run" ? { seconds: times / 8 } : { error: "no " + what }));
       });`,
    );
    if ("absent" in peer) throw new Error(peer.absent);
    expect(peer.version).toBe("2");
    expect(await peer.ask({ do: "run", times: 4 })).toEqual({ seconds: 0.5 });
    await expect(peer.ask({ do: "fly" })).rejects.toThrow("jax: no fly");
    await expect(peer.ask({ do: "end" })).rejects.toThrow("it ended without an answer");
  });
});
