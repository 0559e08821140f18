/** From a function's source to the objective or map that an engine offers. */
import type { Device, Executable, Workspace } from "./device.js";
import { type KernelGraph, sizeOf } from "./graph.js";
import type {
  CompiledMap,
  LossSource,
  MapSource,
  Objective,
  Point,
  TensorShape,
} from "./objective.js";
import { dataName, linearize, productsGraph, thirdDerivativesGraph } from "./programs.js";
import { traceGradient, traceMap } from "./trace.js";

/** A flat vector's parts, one a parameter. */
class Layout {
  readonly #sizes: readonly number[];
  readonly size: number;

  constructor(parameters: readonly TensorShape[]) {
    this.#sizes = parameters.map(({ shape }) => sizeOf(shape));
    this.size = this.#sizes.reduce((sum, size) => sum + size, 0);
  }

  /** Views of the parameters, not copies. @throws RangeError when the length is wrong. */
  split(vector: Float32Array): Float32Array[] {
    if (vector.length !== this.size)
      throw new RangeError(
        `a vector of ${vector.length} elements was given; the parameters have ${this.size}`,
      );
    let start = 0;
    return this.#sizes.map((size) => {
      start += size;
      return vector.subarray(start - size, start);
    });
  }
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

export async function compileObjective(device: Device, source: LossSource): Promise<Objective> {
  const layout = new Layout(source.parameters);
  const gradientGraph = await traceGradient(source);
  const linearization = linearize(gradientGraph);
  const residualSizes = outputSizes(linearization.pass).slice(1 + source.parameters.length);
  const workspace = open(device, source);
  const pass = await workspace.compile(linearization.pass);
  const productsProgram = family(workspace, (k) => productsGraph(linearization, k));
  const thirdProgram = family(workspace, (k) => thirdDerivativesGraph(gradientGraph, k));

  async function runPass(weights: readonly Float32Array[]) {
    const loss = new Float32Array(1);
    const gradient = new Float32Array(layout.size);
    const residuals = residualSizes.map((size) => new Float32Array(size));
    await pass.run(weights, [loss, ...layout.split(gradient), ...residuals]);
    return { loss: loss[0]!, gradient, residuals };
  }

  /** Runs a program along `vectors`; its results, `count` vectors of parameters. */
  async function run(
    program: Executable,
    point: readonly Float32Array[],
    vectors: readonly Float32Array[],
    count: number,
  ): Promise<Float32Array[]> {
    const results = Array.from({ length: count }, () => new Float32Array(layout.size));
    await program.run(
      [...point, ...vectors.flatMap((vector) => layout.split(vector))],
      results.flatMap((result) => layout.split(result)),
    );
    return results;
  }

  return {
    size: layout.size,
    at(given): Point {
      const weights = layout.split(given.slice());
      let passed: ReturnType<typeof runPass> | undefined;
      const once = () => {
        passed ??= runPass(weights);
        return passed;
      };
      return {
        async lossAndGradient() {
          const { loss, gradient } = await once();
          return { loss, gradient: gradient.slice() };
        },
        async products(vectors) {
          const k = vectors.length;
          if (k === 0) return [];
          const { residuals } = await once();
          return run(await productsProgram(k), [...weights, ...residuals], vectors, k);
        },
        async thirdDerivatives(vectors) {
          const k = vectors.length;
          if (k === 0) return [];
          const pairs = (k * (k + 1)) / 2;
          const flat = await run(await thirdProgram(k), weights, vectors, pairs);
          return vectors.map((_, i) => flat.splice(0, i + 1));
        },
      };
    },
    dispose: () => workspace.dispose(),
  };
}

function outputSizes({ nodes, outputs }: KernelGraph): readonly number[] {
  return outputs.map((id) => sizeOf(nodes[id]!.shape));
}

export async function compileMap(device: Device, source: MapSource): Promise<CompiledMap> {
  const layout = new Layout(source.parameters);
  const graph = await traceMap(source);
  const sizes = outputSizes(graph);
  const workspace = open(device, source);
  const program = await workspace.compile(graph);
  return {
    async run(weights) {
      const outputs = sizes.map((size) => new Float32Array(size));
      await program.run(layout.split(weights), outputs);
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
