/** From a function's source to the objective or map that an engine offers. */
import type { Device, Executable, NamedValues, Workspace } from "./device.js";
import { type KernelGraph, sizeOf } from "./graph.js";
import { Layout } from "./layout.js";
import type { CompiledMap, LossSource, MapSource, Objective, Point, Vector } from "./objective.js";
import {
  dataName,
  linearize,
  productsGraph,
  resultName,
  slopeName,
  thirdDerivativesGraph,
  vectorName,
  weightName,
} from "./programs.js";
import { traceGradient, traceMap } from "./trace.js";

export async function compileObjective(
  device: Device,
  source: LossSource,
): Promise<Objective<Vector>> {
  const layout = new Layout(source.parameters);
  const linearization = linearize(await traceGradient(source));
  const resultSizes = outputSizes(linearization.pass).slice(1 + source.parameters.length);
  const slopeSizes = outputSizes(linearization.slopes);
  const workspace = open(device, source);
  const pass = await workspace.compile(linearization.pass);
  const slopes = lazily(() => workspace.compile(linearization.slopes));
  const products = family(workspace, (k) => productsGraph(linearization, k));
  const thirdDerivatives = family(workspace, (k) => thirdDerivativesGraph(linearization, k));

  async function passAt(weights: NamedValues) {
    const [loss, gradient] = [device.allocate(1), device.allocate(layout.size)];
    const results = resultSizes.map(device.allocate);
    await pass.run(weights, [loss, ...layout.split(gradient), ...results]);
    return { loss: loss[0]!, gradient, kept: extended(weights, results, resultName) };
  }

  async function slopesOf(kept: NamedValues) {
    const values = slopeSizes.map(device.allocate);
    if (values.length === 0) return kept;
    await (await slopes()).run(kept, values);
    return extended(kept, values, slopeName);
  }

  /** Runs a program along `vectors`; its results, `count` flat vectors. */
  async function run(
    program: Executable,
    kept: NamedValues,
    vectors: readonly Vector[],
    count: number,
  ): Promise<Vector[]> {
    const inputs = new Map(kept);
    for (const [i, vector] of vectors.entries())
      layout.addParts(inputs, vector, (parameter) => vectorName(i, parameter));
    const results = Array.from({ length: count }, () => device.allocate(layout.size));
    await program.run(
      inputs,
      results.flatMap((result) => layout.split(result)),
    );
    return results;
  }

  function at(weights: Vector): Point<Vector> {
    const named = layout.addParts(new Map(), weights.slice(), weightName);
    const passed = lazily(() => passAt(named));
    const linearized = lazily(async () => slopesOf((await passed()).kept));
    return {
      async lossAndGradient() {
        const { loss, gradient } = await passed();
        return { loss, gradient: gradient.slice() };
      },
      async products(vectors) {
        const k = vectors.length;
        if (k === 0) return [];
        return run(await products(k), await linearized(), vectors, k);
      },
      async thirdDerivatives(vectors) {
        const k = vectors.length;
        if (k === 0) return [];
        const pairs = (k * (k + 1)) / 2;
        const flat = await run(await thirdDerivatives(k), await linearized(), vectors, pairs);
        return vectors.map((_, i) => flat.splice(0, i + 1));
      },
    };
  }

  return { size: layout.size, at, dispose: () => workspace.dispose() };
}

/** Does something once, when first asked for. */
function lazily<T>(start: () => Promise<T>): () => Promise<T> {
  let started: Promise<T> | undefined;
  return () => {
    started ??= start();
    return started;
  };
}

function extended(
  values: NamedValues,
  more: readonly Vector[],
  nameOf: (index: number) => string,
): NamedValues {
  return new Map([...values, ...more.map((array, i) => [nameOf(i), array] as const)]);
}

/** Executables by number of vectors, compiled when first asked for. */
function family(workspace: Workspace, graph: (k: number) => KernelGraph) {
  const compiled = new Map<number, Promise<Executable>>();
  return (k: number): Promise<Executable> => {
    let executable = compiled.get(k);
    if (executable === undefined) {
      executable = workspace.compile(graph(k));
      compiled.set(k, executable);
    }
    return executable;
  };
}

function outputSizes({ nodes, outputs }: KernelGraph): readonly number[] {
  return outputs.map((id) => sizeOf(nodes[id]!.shape));
}

export async function compileMap(device: Device, source: MapSource): Promise<CompiledMap<Vector>> {
  const layout = new Layout(source.parameters);
  const graph = await traceMap(source);
  const sizes = outputSizes(graph);
  const workspace = open(device, source);
  const program = await workspace.compile(graph);
  return {
    async run(weights) {
      const outputs = sizes.map(device.allocate);
      await program.run(layout.addParts(new Map(), weights, weightName), outputs);
      return outputs;
    },
    dispose: () => workspace.dispose(),
  };
}

function open(device: Device, { data }: LossSource | MapSource): Workspace {
  for (const { name, shape, values } of data)
    if (values.length !== sizeOf(shape))
      throw new RangeError(
        `the data '${name}' has ${values.length} values; its shape [${shape}] has ${sizeOf(shape)}`,
      );
  return device.open(data.map((tensor, i) => ({ ...tensor, name: dataName(i) })));
}
