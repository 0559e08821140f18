import { describe, expect, it } from "vitest";
import { expandFor } from "../../src/engine/expand.js";
import { TraceError } from "../../src/engine/index.js";
import { loadTfjs } from "../../src/engine/tfjs/load.js";
import { traceGradient } from "../../src/engine/trace.js";
import { problems } from "./problems.js";

const table = problems(await loadTfjs());
const graphOf = (problem: string) =>
  traceGradient(table.find(({ name }) => name === problem)!.source);

describe("expansion for a device", () => {
  it("leaves a graph as it is where the device has all kernels", async () => {
    const graph = await graphOf("conv2d same");
    expect(expandFor("a device", () => true, graph)).toEqual(graph);
  });

  it("leaves nothing that the device lacks", async () => {
    const lacking = ["Conv2D", "Conv2DBackpropFilter", "Erf", "LogSoftmax"];
    for (const problem of ["conv2d same", "erf", "logSoftmax"]) {
      const has = ({ name }: { readonly name: string }) => !lacking.includes(name);
      const { nodes } = expandFor("a device", has, await graphOf(problem));
      const left = nodes.filter((node) => node.kind === "kernel" && lacking.includes(node.kernel));
      expect(left).toEqual([]);
    }
  });

  it("names a kernel that isn't made of others", async () => {
    const graph = await graphOf("exp");
    const expansion = () => expandFor("a device", ({ name }) => name !== "Exp", graph);
    expect(expansion).toThrow(new TraceError("the kernel 'Exp' can't be computed by a device"));
  });
});
