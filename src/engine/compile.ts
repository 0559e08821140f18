/** From a function's source to the objective or map that an engine offers. */
import type { Device } from "./device.js";
import { type Shape, sizeOf } from "./graph.js";
import { Layout } from "./layout.js";
import { lazily } from "./lazily.js";
import {
  type BoundTensor,
  type CompiledMap,
  type CompileOptions,
  type LossSource,
  type MapSource,
  type Objective,
  TraceError,
  type Vector,
} from "./objective.js";
import { compilePart, type Part, type PartPoint } from "./part.js";
import { weightName } from "./programs.js";
import { compileSizes, type SliceRun, slicesOf } from "./slices.js";
import { traceMap } from "./trace.js";

export async function compileObjective(
  device: Device,
  given: LossSource,
  { batch }: CompileOptions = {},
): Promise<Objective<Vector>> {
  const source = { ...given, data: checked(device, given.data) };
  const layout = new Layout(source.parameters);
  const slices = slicesOf(source, batch);
  const whole = slices.length === 1;
  const parts = await compileSizes(device, slices, (workspace, slice) =>
    compilePart(device, workspace, layout, slice, whole),
  );
  return {
    size: layout.size,
    at(weights) {
      const own = device.allocate(weights.length);
      own.set(weights);
      const runs = parts.over(layout.addParts(new Map(), own, weightName));
      const point = whole ? runs[0]!.compiled.at(runs[0]!.inputs) : sumOf(device, runs);
      const passed = lazily(point.lossAndGradient);
      return {
        async lossAndGradient() {
          const { loss, gradient } = await passed();
          return { loss, gradient: gradient.slice() };
        },
        products: point.products,
        async thirdDerivatives(vectors) {
          const flat = await point.thirdDerivatives(vectors);
          return vectors.map((_, i) => flat.splice(0, i + 1));
        },
      };
    },
    dispose: parts.dispose,
  };
}

/**
 * The sum over slices, in double precision. A slice's activations live no longer than one run of
 * one program, which computes them anew: that costs half of a product more for one vector, a tenth
 * for several, but no more memory than one slice needs.
 */
function sumOf(device: Device, slices: readonly SliceRun<Part>[]): PartPoint {
  async function total(
    evaluate: (slice: PartPoint) => Promise<readonly Vector[]>,
  ): Promise<Vector[]> {
    let sums: Float64Array[] | undefined;
    for (const { compiled, inputs } of slices) {
      const terms = await evaluate(compiled.at(inputs));
      sums ??= terms.map(({ length }) => new Float64Array(length));
      terms.forEach((term, i) => {
        const sum = sums![i]!;
        for (let j = 0; j < sum.length; j++) sum[j]! += term[j]!;
      });
    }
    return sums!.map((sum) => {
      const rounded = device.allocate(sum.length);
      rounded.set(sum);
      return rounded;
    });
  }
  return {
    async lossAndGradient() {
      const [loss, gradient] = await total(async (slice) => {
        const passed = await slice.lossAndGradient();
        return [Float64Array.of(passed.loss), passed.gradient];
      });
      return { loss: loss![0]!, gradient: gradient! };
    },
    products: (vectors) => total((slice) => slice.products(vectors)),
    thirdDerivatives: (vectors) => total((slice) => slice.thirdDerivatives(vectors)),
  };
}

export async function compileMap(
  device: Device,
  given: MapSource,
  { batch }: CompileOptions = {},
): Promise<CompiledMap<Vector>> {
  const source = { ...given, data: checked(device, given.data) };
  const layout = new Layout(source.parameters);
  const maps = await compileSizes(
    device,
    slicesOf(source, batch),
    async (workspace, slice, rows) => {
      const graph = await traceMap(slice);
      const shapes = graph.outputs.map((id) => graph.nodes[id]!.shape);
      if (rows !== undefined) checkRows(shapes, rows);
      return { program: await workspace.compile(graph), shapes };
    },
  );
  return {
    async run(weights) {
      const runs = maps.over(layout.addParts(new Map(), weights, weightName));
      const parts: Vector[][] = [];
      for (const { compiled, inputs } of runs) {
        const outputs = compiled.shapes.map((shape) => device.allocate(sizeOf(shape)));
        await compiled.program.run(inputs, outputs);
        parts.push(outputs);
      }
      return runs[0]!.compiled.shapes.map(({ length: rank }, i) => {
        const values = parts.map((outputs) => outputs[i]!);
        return rank === 0 ? summed(device, values) : joined(device, values);
      });
    },
    dispose: maps.dispose,
  };
}

/** @throws TraceError for an output of slices that is neither a sum nor has rows to be joined */
function checkRows(shapes: readonly Shape[], examples: number): void {
  for (const shape of shapes)
    if (shape.length > 0 && shape[0] !== examples)
      throw new TraceError(
        `an output of ${examples} examples has the shape [${shape}]; to be computed in batches it must be a scalar or have a row an example`,
      );
}

/** Of scalars, in double precision. */
function summed(device: Device, scalars: readonly Vector[]): Vector {
  const sum = device.allocate(1);
  sum[0] = scalars.reduce((total, [value]) => total + value!, 0);
  return sum;
}

function joined(device: Device, rows: readonly Vector[]): Vector {
  const all = device.allocate(rows.reduce((size, { length }) => size + length, 0));
  let end = 0;
  for (const some of rows) {
    all.set(some, end);
    end += some.length;
  }
  return all;
}

/** Data in the device's precision. @throws RangeError for a shape that isn't that of the values. */
function checked(device: Device, data: readonly BoundTensor[]): readonly BoundTensor[] {
  return data.map((tensor) => {
    const { name, shape, values } = tensor;
    if (values.length !== sizeOf(shape))
      throw new RangeError(
        `the data '${name}' has ${values.length} values; its shape [${shape}] has ${sizeOf(shape)}`,
      );
    const empty = device.allocate(0);
    if (values.constructor === empty.constructor) return tensor;
    const converted = device.allocate(values.length);
    converted.set(values);
    return { ...tensor, values: converted };
  });
}
