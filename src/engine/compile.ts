/** From a function's source to the objective or map that an engine offers. */
import type { Device, NamedValues } from "./device.js";
import { sizeOf } from "./graph.js";
import { Layout } from "./layout.js";
import { lazily } from "./lazily.js";
import type {
  BoundTensor,
  CompiledMap,
  CompileOptions,
  LossSource,
  MapSource,
  Objective,
  Vector,
} from "./objective.js";
import { compilePart, type Part, type PartPoint } from "./part.js";
import { dataName, weightName } from "./programs.js";
import { type Slice, slicesOf } from "./slices.js";
import { traceMap } from "./trace.js";

export async function compileObjective(
  device: Device,
  given: LossSource,
  { batch }: CompileOptions = {},
): Promise<Objective<Vector>> {
  const source = { ...given, data: checked(device, given.data) };
  const layout = new Layout(source.parameters);
  const slices = batch === undefined ? [] : slicesOf(source, batch);
  const { at, dispose } =
    slices.length > 1
      ? await compileSlices(device, layout, source, slices)
      : await compileWhole(device, layout, source);
  return {
    size: layout.size,
    at(weights) {
      const own = device.allocate(weights.length);
      own.set(weights);
      const point = at(layout.addParts(new Map(), own, weightName));
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
    dispose,
  };
}

interface Compiled {
  at(weights: NamedValues): PartPoint;
  dispose(): Promise<void>;
}

async function compileWhole(device: Device, layout: Layout, source: LossSource): Promise<Compiled> {
  const workspace = device.open(source.data.map(named));
  const { at } = await compilePart(device, workspace, layout, source, true);
  return { at, dispose: () => workspace.dispose() };
}

/**
 * The sum over slices, in double precision. A slice's activations live no longer than one run of
 * one program, which computes them anew: that costs half of a product more for one vector, a tenth
 * for several, but no more memory than one slice needs.
 */
async function compileSlices(
  device: Device,
  layout: Layout,
  source: LossSource,
  slices: readonly Slice[],
): Promise<Compiled> {
  const data = source.data.map(named);
  const workspace = device.open(data.filter(({ examples }) => !examples));
  const parts = new Map<number, Part>();
  for (const { rows, source: slice } of slices)
    if (!parts.has(rows))
      parts.set(rows, await compilePart(device, workspace, layout, slice, false));

  return {
    dispose: () => workspace.dispose(),
    at(weights) {
      async function total(
        evaluate: (slice: PartPoint) => Promise<readonly Vector[]>,
      ): Promise<Vector[]> {
        let sums: Float64Array[] | undefined;
        for (const slice of slices) {
          const inputs = new Map(weights);
          for (const { name, examples, values } of slice.source.data.map(named))
            if (examples) inputs.set(name, values);
          const terms = await evaluate(parts.get(slice.rows)!.at(inputs));
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
    },
  };
}

/** A tensor under the name of its graph's input. */
function named(tensor: BoundTensor, index: number): BoundTensor {
  return { ...tensor, name: dataName(index) };
}

export async function compileMap(device: Device, source: MapSource): Promise<CompiledMap<Vector>> {
  const layout = new Layout(source.parameters);
  const graph = await traceMap(source);
  const sizes = graph.outputs.map((id) => sizeOf(graph.nodes[id]!.shape));
  const workspace = device.open(checked(device, source.data).map(named));
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
