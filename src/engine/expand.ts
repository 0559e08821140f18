/** Replaces the kernels that a device lacks by what they are made of. */
import type { Attributes, KernelGraph, NodeId } from "./graph.js";
import { kernelNamed } from "./kernels/index.js";
import type { Kernel } from "./kernels/kernel.js";
import { TraceError } from "./objective.js";
import { SharingBuilder } from "./simplify.js";

/** Doesn't simplify: what was spelled out would be recognized and put back. */
class ExpandingBuilder extends SharingBuilder {
  constructor(
    readonly device: string,
    readonly has: (kernel: Kernel) => boolean,
  ) {
    super();
  }

  override kernel(name: string, inputs: readonly NodeId[], attributes: Attributes = {}): NodeId {
    const kernel = kernelNamed(name);
    if (this.has(kernel)) return super.kernel(name, inputs, attributes);
    const made = kernel.expand?.(this, inputs, attributes);
    if (made === undefined)
      throw new TraceError(`the kernel '${name}' can't be computed by ${this.device}`);
    return made;
  }
}

/** @throws TraceError for a kernel that the device lacks and that isn't made of others. */
export function expandFor(
  device: string,
  has: (kernel: Kernel) => boolean,
  graph: KernelGraph,
): KernelGraph {
  const g = new ExpandingBuilder(device, has);
  const ids = g.include(graph);
  return g.finish(graph.outputs.map((id) => ids[id]!));
}
