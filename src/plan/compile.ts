/**
 * Program → steps. A flow becomes a dataset step unless it is on a landscape, an `init` step for the
 * weights, and one step a process; a command is a step; a claim becomes an `expect` step that reads
 * the steps it speaks of. Only what decides a step's values goes into its parameters; names, paths and titles travel in
 * `local`.
 */
import { renameSteps, stepsRead } from "../claims/evaluate.js";
import type { Span } from "../dsl/diagnostic.js";
import type {
  Claim,
  Command,
  Flow,
  LandscapeFlow,
  Made,
  NamedDataset,
  Process,
  Program,
  ResolvedLayer,
  ResolvedModel,
  SupervisedFlow,
} from "../dsl/program.js";
import type { Vocabulary } from "../dsl/vocabulary.js";
import type { JsonObject, StepKind } from "../runtime/step.js";
import type { Written } from "./canonical.js";
import { type EngineIdentity, fingerprint, inputIdentities } from "./fingerprint.js";
import type { Step, StepGraph } from "./graph.js";

export interface CompileOptions {
  readonly vocabulary: Vocabulary;
  readonly kinds: readonly StepKind[];
  /** Name of the engine, on which the numbers of processes depend besides their settings. */
  readonly engine: string;
}

interface Draft extends Omit<Step, "fingerprint" | "version" | "places"> {
  /** Asked for seldom, and of one step among many. */
  readonly places: () => Step["places"];
  /** Of what the engine computes for it; absent where it has no part. */
  readonly precision?: string;
}

export function compile(program: Program, options: CompileOptions): StepGraph {
  const versions = new Map(options.kinds.map((kind) => [kind.kind, kind.version]));
  const steps = new Map<string, Step>();
  const written: Written = new WeakMap();
  const modelOf = once(modelParameters);
  const add = (draft: Draft): string => {
    if (steps.has(draft.name)) return draft.name;
    const { precision, places, ...step } = draft;
    const version = versions.get(step.kind);
    if (version === undefined) throw new Error(`no step kind '${step.kind}' is registered`);
    const inputs = inputIdentities(step, (name) => steps.get(name)!);
    const engine: { engine?: EngineIdentity } =
      precision === undefined ? {} : { engine: { name: options.engine, precision } };
    const parameters = step.parameters;
    const identity = { kind: step.kind, version, parameters, inputs, ...engine };
    let placed: Step["places"] | undefined;
    steps.set(step.name, {
      ...step,
      ...engine,
      version,
      fingerprint: fingerprint(identity, written),
      get places() {
        placed ??= places();
        return placed;
      },
    });
    return step.name;
  };
  for (const flow of program.flows) {
    const data =
      flow.form === "supervised"
        ? { data: add(datasetStep(flow.dataset, datasetName(flow), options.vocabulary)) }
        : {};
    const model = flow.form === "supervised" ? { model: modelOf(flow.model) } : {};
    const init = add(initStep(flow, model, options.vocabulary));
    const objective = objectiveParameters(flow, model);
    const warm = (flow.settings.warmup as number) > 0;
    const weights = warm ? add(warmupStep(flow, objective, { ...data, weights: init })) : init;
    for (const process of flow.processes) {
      add(processStep(flow, process, objective, { ...data, weights }, options.vocabulary));
    }
    for (const { name, step } of options.vocabulary.blocks) {
      if (step && flow.blocks[name]) add(blockStep(flow, flow.blocks[name]));
    }
  }
  for (const command of program.commands) {
    for (const { dataset } of Object.values(command.inputs)) {
      if (dataset) add(datasetStep(dataset, dataset.name!, options.vocabulary));
    }
    add(commandStep(command, options.vocabulary));
  }
  for (const claim of program.claims) add(expectStep(claim));
  return { steps: [...steps.values()] };
}

function datasetName({ name, dataset }: SupervisedFlow): string {
  return dataset.name ?? `${name}.dataset`;
}

function datasetStep(dataset: NamedDataset, name: string, { datasets }: Vocabulary): Draft {
  const { maker, settings } = dataset;
  const identity = datasets.find((entry) => entry.name === maker)!.identity(settings);
  return {
    name,
    kind: "dataset",
    parameters: { maker, ...identity } as JsonObject,
    local: { settings } as JsonObject,
    inputs: {},
    places: () => dataset.places,
  };
}

function initStep(flow: Flow, model: JsonObject, { weights }: Vocabulary): Draft {
  const { maker, settings } = flow.weights;
  const entry = weights.find((candidate) => candidate.name === maker)!;
  const seed = entry.seeded ? { seed: flow.settings.seed } : {};
  return {
    name: `${flow.name}.init`,
    kind: "init",
    parameters: {
      weights: { maker, ...entry.identity(settings) },
      ...seed,
      ...(flow.form === "supervised" ? model : { variables: flow.landscape.variables.length }),
    } as JsonObject,
    local: { settings } as JsonObject,
    inputs: {},
    places: () => ({
      ...flow.places,
      ...placed("weights", flow.weights),
      ...(flow.form === "supervised" ? modelPlaces(flow) : { variables: flow.landscape.span }),
    }),
  };
}

function warmupStep(
  flow: Flow,
  objective: JsonObject,
  inputs: Readonly<Record<string, string>>,
): Draft {
  return {
    name: `${flow.name}.warmup`,
    kind: "warmup",
    parameters: { steps: flow.settings.warmup, ...objective } as JsonObject,
    local: {},
    inputs,
    places: () => ({
      ...(flow.places.warmup && { steps: flow.places.warmup }),
      ...objectivePlaces(flow),
    }),
    precision: flow.settings.precision as string,
  };
}

function processStep(
  flow: Flow,
  process: Process,
  objective: JsonObject,
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
      ...objective,
      ...read,
    } as JsonObject,
    local: {},
    inputs,
    length: flow.settings.steps as number,
    places: () => ({
      ...placed(process.maker, process),
      ...objectivePlaces(flow),
      ...Object.assign(
        {},
        ...Object.keys(read)
          .filter((name) => name in flow.blocks)
          .map((name) => placed(name, flow.blocks[name]!)),
      ),
    }),
    precision: flow.settings.precision as string,
  };
}

/** Of a block that has a step of its own: it reads all processes, by their names. */
function blockStep(flow: Flow, block: Made): Draft {
  return {
    name: `${flow.name}.${block.maker}`,
    kind: block.maker,
    parameters: { [block.maker]: block.settings } as JsonObject,
    local: {},
    inputs: Object.fromEntries(
      flow.processes.map(({ name, maker }) => [maker, `${flow.name}.${name}`]),
    ),
    length: flow.settings.steps as number,
    places: () => placed(block.maker, block),
  };
}

function commandStep(command: Command, { command: entry }: Vocabulary): Draft {
  const { name, settings, directory, inputs, places } = command;
  return {
    name,
    kind: "command",
    parameters: entry.identity(settings, directory) as JsonObject,
    local: { settings, directory } as JsonObject,
    inputs: Object.fromEntries(Object.entries(inputs).map(([role, { step }]) => [role, step])),
    // A file's place is that of the list, or of the arguments, which name it.
    places: () => ({ ...places, ...(places.run && { files: places.files ?? places.run }) }),
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
    places: () => ({ expression: claim.span }),
  };
}

/** What decides the loss of given weights and examples, and how the optimizer moves them. */
function objectiveParameters(flow: Flow, model: JsonObject): JsonObject {
  const { precision, batch } = flow.settings;
  return {
    // Usual values are no part of an identity, so that it stays what it was before they could be set.
    ...(precision !== "float32" && { precision }),
    ...(batch !== undefined && { batch }),
    optimizer: { maker: flow.optimizer.maker, ...flow.optimizer.settings },
    ...(flow.form === "supervised"
      ? {
          loss: { maker: flow.loss.maker, ...flow.loss.settings },
          task: flow.dataset.description.task,
          ...model,
        }
      : { landscape: landscapeParameters(flow) }),
  } as JsonObject;
}

function objectivePlaces(flow: Flow): Record<string, Span> {
  const { precision, batch } = flow.places;
  return {
    ...(precision && { precision }),
    ...(batch && { batch }),
    ...placed("optimizer", flow.optimizer),
    ...(flow.form === "supervised"
      ? { ...placed("loss", flow.loss), ...modelPlaces(flow) }
      : { landscape: flow.landscape.span }),
  };
}

/** What of a landscape decides its values: not what anything in it is called. */
function landscapeParameters({ landscape }: LandscapeFlow): JsonObject {
  const { variables, formula } = landscape;
  return { variables: variables.length, formula } as JsonObject;
}

/** What of a model decides its values: the layers and the shape that they start from. */
function modelParameters({ layers }: ResolvedModel): JsonObject {
  return { input: layers[0]?.input ?? [], layers: layers.map(layerParameters) } as JsonObject;
}

function layerParameters({ maker, settings, branches }: ResolvedLayer): JsonObject {
  const nested = branches.map(({ name, layers }) => ({
    name,
    layers: layers.map(layerParameters),
  }));
  return { maker, ...settings, ...(nested.length > 0 && { branches: nested }) } as JsonObject;
}

function modelPlaces({ model }: SupervisedFlow): Record<string, Span> {
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

/** The same result for the same object: what flows share is one object in their steps, too. */
function once<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>();
  return (key) => {
    const value = known.get(key) ?? make(key);
    known.set(key, value);
    return value;
  };
}
