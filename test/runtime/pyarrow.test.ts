/** The files are Arrow for others too: an independent reader sees the same tensors, nulls and lists. */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stageFolder } from "../../src/runtime/layout.js";
import { readStage } from "../../src/runtime/stage-reader.js";
import { run, stepOf, temporaryCache, walkGraph } from "./harness.js";

const available = (() => {
  try {
    execFileSync("python3", ["-c", "import pyarrow"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

const script = `
import json, math, sys
import pyarrow as pa
folder = sys.argv[1]

def table(name):
    with pa.memory_map(f"{folder}/{name}") as source:
        table = pa.ipc.open_file(source).read_all()
    table.validate(full=True)
    return table

def plain(value):
    if isinstance(value, list):
        return [plain(each) for each in value]
    return "NaN" if isinstance(value, float) and math.isnan(value) else value

def columns(table):
    return {name: [plain(v) for v in table[name].to_pylist()] for name in table.column_names}

series, snapshots, state = table("series.arrow"), table("snapshots.arrow"), table("state.arrow")
weights = snapshots["weights"].combine_chunks()
with open(f"{folder}/series.arrow", "rb") as source:
    source.read(8)
    streamed = pa.ipc.open_stream(source).read_all()
print(json.dumps({
    "types": [str(field.type) for field in series.schema],
    "series": columns(series),
    "streamed": columns(streamed) == columns(series),
    "nulls": {name: series[name].null_count for name in series.column_names},
    "tensor": isinstance(weights.type, pa.FixedShapeTensorType),
    "shape": weights.type.shape,
    "steps": snapshots["step"].to_pylist(),
    "weights": weights.to_numpy_ndarray().tolist(),
    "state": state["x"].combine_chunks().to_numpy_ndarray().tolist(),
    "metadata": {k.decode(): v.decode() for k, v in state.schema.metadata.items()},
}))
`;

const plain = (value: number | null) => (Number.isNaN(value) ? "NaN" : value);

describe.skipIf(!available)("pyarrow (skipped where python3 has no pyarrow)", () => {
  it("reads a trajectory as we do", async () => {
    const cache = temporaryCache();
    const graph = walkGraph(25);
    await run(graph, cache);
    const { fingerprint } = stepOf(graph, "walk");
    const folder = join(stageFolder(cache, fingerprint), "25");
    expect(readdirSync(folder).sort()).toEqual([
      "directions.arrow",
      "series.arrow",
      "snapshots.arrow",
      "stage.json",
      "state.arrow",
    ]);
    const seen = JSON.parse(execFileSync("python3", ["-c", script, folder], { encoding: "utf8" }));

    const reader = readStage(cache, fingerprint, 25);
    const series = await reader.series();
    const { steps, tensors: weights } = await reader.snapshots();
    expect(seen.types).toEqual(["int32", "double", "list<item: double not null>"]);
    expect(seen.series).toEqual({
      step: series.scalar("step"),
      x: series.scalar("x").map(plain),
      spectrum: series.list("spectrum").map((list) => list && [...list].map(plain)),
    });
    expect(seen.streamed).toBe(true);
    expect(seen.nulls).toEqual({ step: 0, x: 3, spectrum: 5 });
    expect(seen.tensor).toBe(true);
    expect(seen.shape).toEqual([2, 3]);
    expect(seen.steps).toEqual([...steps]);
    const rows = ({ values }: { values: ArrayLike<number> }) => [
      Array.from(values).slice(0, 3),
      Array.from(values).slice(3),
    ];
    expect(seen.weights).toEqual(weights.map(rows));
    expect(seen.state).toHaveLength(1);
    expect(seen.metadata).toMatchObject({ "cflow.rows": "25", "cflow.values": '{"sign":0}' });
  });
});
