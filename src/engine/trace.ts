/**
 * Tracing: a function of tensors runs once under a TensorFlow.js backend that computes nothing and
 * records which kernels it is asked for. One reverse pass of TensorFlow.js's own gradient, run the
 * same way, gives the graph of the gradient. (Only one: nested reverse passes are wrong there for
 * every kernel whose gradient saves its output, such as tanh.)
 */
import type { Tensor } from "@tensorflow/tfjs";
import { GraphBuilder } from "./builder.js";
import type { KernelGraph, NodeId, Shape } from "./graph.js";
import { type LossSource, type MapSource, TraceError } from "./objective.js";
import { dataName, weightName } from "./programs.js";
import { simplify } from "./simplify.js";
import { loadTfjs, type Tfjs } from "./tfjs/load.js";
import { recorderOf } from "./tfjs/recorder.js";

/**
 * weights, data → loss, gradient.
 *
 * @throws TraceError when the loss isn't a scalar, reads values, or uses a kernel without rules.
 */
export async function traceGradient(source: LossSource): Promise<KernelGraph> {
  const tf = await loadTfjs();
  return trace(tf, source, (weights, data) => {
    const { value, grads } = tf.engine().gradients(
      () => scalar(source.loss(weights, data)),
      [...weights],
      undefined,
      // A parameter that the loss doesn't use gets zeros.
      true,
    );
    return [value, ...weights.map((weight, i) => grads[i] ?? tf.zeros(weight.shape))];
  });
}

/** weights, data → outputs. @throws TraceError as `traceGradient`. */
export async function traceMap(source: MapSource): Promise<KernelGraph> {
  const tf = await loadTfjs();
  return trace(tf, source, (weights, data) => source.map(weights, data));
}

function scalar(loss: unknown): Tensor {
  const { shape, dtype } = (loss ?? {}) as Partial<Tensor>;
  if (shape === undefined)
    throw new TraceError(`the loss must return a scalar tensor, but returned ${typeof loss}`);
  if (shape.length > 0 || dtype !== "float32")
    throw new TraceError(
      `the loss must be a float32 scalar, but is ${dtype} of shape [${shape}]; reduce it with sum or mean`,
    );
  return loss as Tensor;
}

function trace(
  tf: Tfjs,
  source: LossSource | MapSource,
  evaluate: (weights: Tensor[], data: Tensor[]) => readonly Tensor[],
): KernelGraph {
  const recorder = recorderOf(tf);
  const g = new GraphBuilder();
  const outputs: NodeId[] = [];
  recorder.record(g, () => {
    const input = (name: string, shape: Shape) => recorder.tensor(g.input(name, shape));
    const weights = source.parameters.map(({ shape }, i) => input(weightName(i), shape));
    const data = source.data.map(({ shape }, i) => input(dataName(i), shape));
    for (const output of evaluate(weights, data)) outputs.push(recorder.idOf(output));
  });
  return simplify(g.finish(outputs));
}
