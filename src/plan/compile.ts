/**
 * Program → steps. A flow becomes a dataset step, an `init` step for the weights, and one step a
 * process; a claim becomes an `expect` step that reads the processes it speaks of. Only what decides
 * a step's values goes into its parameters; names, paths and titles travel in `local`.
 */
import { renameSteps, stepsRead } from "../claims/evaluate.js";
import type { Span } from "../dsl/diagnostic.js";
import type { Claim, Flow, Made, Process, Program, ResolvedLayer } from "../dsl/program.js";
import type { Vocabulary } from "../dsl/vocabulary.js";
import type { JsonObject, StepKind } from "../runtime/step.js";
import { type EngineIdentity, fingerprint, inputIdentities } from "./fingerprint.js";
import type { Step, StepGraph } from "./graph.js";

export interface CompileOptions {
  readonly vocabulary: Vocabulary;
  readonly kinds: readonly StepKind[];
  /** What the numbers of processes depend on besides their settings. */
  readonly engine: EngineIdentity;
}

interface Draft extends Omit<Step, "fingerprint" | "version"> {
  /** Whether the engine computes it. */
  readonly computed: boolean;
}

export function compile(program: Program, options: CompileOptions): StepGraph {
  const versions = new Map(options.kinds.map((kind) => [kind.kind, kind.version]));
  const steps = new Map<string, Step>();
  const add = (draft: Draft): string => {
    if (steps.has(draft.name)) return draft.name;
    const { computed, ...step } = draft;
    const version = versions.get(step.kind);
    if (version === undefined) throw new Error(`no step kind '${step.kind}' is registered`);
    const inputs = inputIdentities(step, (name) => steps.get(name)!);
    const engine = computed ? { engine: options.engine } : {};
    const parameters = step.parameters;
    steps.set(step.name, {
      ...step,
      ...engine,
      version,
      fingerprint: fingerprint({ kind: step.kind, version, parameters, inputs, ...engine }),
    });
    return step.name;
  };
  for (const flow of program.flows) {
    const data = add(datasetStep(flow, options.vocabulary));
    const init = add(initStep(flow, options.vocabulary));
    const warm = (flow.settings.warmup as number) > 0;
    const weights = warm ? add(warmupStep(flow, { data, weights: init })) : init;
    for (const process of flow.processes) {
      add(processStep(flow, process, { data, weights }, options.vocabulary));
    }
  }
  for (const claim of program.claims) add(expectStep(claim));
  return { steps: [...steps.values()] };
}

function datasetStep(flow: Flow, { datasets }: Vocabulary): Draft {
  const { maker, settings } = flow.dataset;
  const identity = datasets.find((entry) => entry.name === maker)!.identity(settings);
  return {
    name: flow.dataset.name ?? `${flow.name}.dataset`,
    kind: "dataset",
    parameters: { maker, ...identity } as JsonObject,
    local: { settings } as JsonObject,
    inputs: {},
    places: flow.dataset.places,
    computed: false,
  };
}

function initStep(flow: Flow, { weights }: Vocabulary): Draft {
  const { maker, settings } = flow.weights;
  const entry = weights.find((candidate) => candidate.name === maker)!;
  const seed = entry.seeded ? { seed: flow.settings.seed } : {};
  return {
    name: `${flow.name}.init`,
    kind: "init",
    parameters: {
      weights: { maker, ...entry.identity(settings) },
      ...seed,
      model: modelParameters(flow),
    } as JsonObject,
    local: { settings } as JsonObject,
    inputs: {},
    places: { ...flow.places, ...placed("weights", flow.weights), ...modelPlaces(flow) },
    computed: false,
  };
}

function warmupStep(flow: Flow, inputs: Readonly<Record<string, string>>): Draft {
  return {
    name: `${flow.name}.warmup`,
    kind: "warmup",
    parameters: { steps: flow.settings.warmup, ...objectiveParameters(flow) } as JsonObject,
    local: {},
    inputs,
    places: {
      ...(flow.places.warmup && { steps: flow.places.warmup }),
      ...objectivePlaces(flow),
    },
    computed: true,
  };
}

function processStep(
  flow: Flow,
  process: Process,
  inputs: Readonly<Record<string, string>>,
  { processes }: Vocabulary,
): Draft {
  const entry = processes.find((candidate) => candidate.name === process.maker)!;
  const written = Object.fromEntries(
    Object.entries(flow.blocks).map(([name, block]) => [name, block.settings]),
  );
  const read = entry.reads(written);
  return {
    name: `${flow.name}.${process.name}`,
    kind: process.maker,
    parameters: {
      [process.maker]: process.settings,
      ...objectiveParameters(flow),
      ...read,
    } as JsonObject,
    local: {},
    inputs,
    length: flow.settings.steps as number,
    places: {
      ...placed(process.maker, process),
      ...objectivePlaces(flow),
      ...Object.assign(
        {},
        ...Object.keys(read)
          .filter((name) => name in flow.blocks)
          .map((name) => placed(name, flow.blocks[name]!)),
      ),
    },
    computed: true,
  };
}

function expectStep(claim: Claim): Draft {
  const names = stepsRead(claim.expression);
  const role = (name: string) => `series${names.indexOf(name)}`;
  return {
    name: `expect "${claim.title}"`,
    kind: "expect",
    parameters: { expression: renameSteps(claim.expression, role) } as unknown as JsonObject,
    local: { title: claim.title },
    inputs: Object.fromEntries(names.map((name) => [role(name), name])),
    places: { expression: claim.span },
    computed: false,
  };
}

/** What decides the loss of given weights and examples, and how the optimizer moves them. */
function objectiveParameters(flow: Flow): JsonObject {
  return {
    optimizer: { maker: flow.optimizer.maker, ...flow.optimizer.settings },
    loss: { maker: flow.loss.maker, ...flow.loss.settings },
    task: flow.dataset.description.task,
    model: modelParameters(flow),
  } as JsonObject;
}

function objectivePlaces(flow: Flow): Record<string, Span> {
  return {
    ...placed("optimizer", flow.optimizer),
    ...placed("loss", flow.loss),
    ...modelPlaces(flow),
  };
}

/** What of a model decides its values: the layers and the shape that they start from. */
function modelParameters({ model }: Flow): JsonObject {
  return {
    input: model.layers[0]?.input ?? [],
    layers: model.layers.map(layerParameters),
  } as JsonObject;
}

function layerParameters({ maker, settings, branches }: ResolvedLayer): JsonObject {
  const nested = branches.map(({ name, layers }) => ({
    name,
    layers: layers.map(layerParameters),
  }));
  return { maker, ...settings, ...(nested.length > 0 && { branches: nested }) } as JsonObject;
}

function modelPlaces({ model }: Flow): Record<string, Span> {
  return Object.fromEntries([["model", model.span], ...layerPlaces("model.layers", model.layers)]);
}

function layerPlaces(path: string, layers: readonly ResolvedLayer[]): [string, Span][] {
  return layers.flatMap((layer, i) => [
    ...Object.entries(placed(`${path}.${i}`, layer)),
    ...layer.branches.flatMap((branch, j) =>
      layerPlaces(`${path}.${i}.branches.${j}.layers`, branch.layers),
    ),
  ]);
}

/** Where the settings of something made were written, by dotted path. */
function placed(path: string, made: Made): Record<string, Span> {
  return Object.fromEntries([
    [path, made.span],
    ...Object.entries(made.places).map(([setting, span]) => [`${path}.${setting}`, span]),
  ]);
}
