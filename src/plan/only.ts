/** A part of a graph: some of its steps, and what they need. */
import type { Step, StepGraph } from "./graph.js";

/** The steps named and those they read, directly or not; only the former are what a run is for. */
export function only(graph: StepGraph, names: readonly string[]): StepGraph {
  const named = new Map(graph.steps.map((step) => [step.name, step]));
  const needed = new Set<Step>();
  const need = (name: string) => {
    const step = named.get(name)!;
    if (needed.has(step)) return;
    needed.add(step);
    for (const input of Object.values(step.inputs)) need(input);
  };
  for (const name of names) need(name);
  return { steps: graph.steps.filter((step) => needed.has(step)), targets: names };
}
