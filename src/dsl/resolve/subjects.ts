/** What a flow minimizes: the loss of a model on a dataset, or a landscape. */
import { error } from "../codes.js";
import type { Span } from "../diagnostic.js";
import type {
  LandscapeFlow,
  ResolvedLandscape,
  ResolvedModel,
  SupervisedFlow,
} from "../program.js";
import type { LossEntry, WeightsOwner } from "../vocabulary.js";
import type { Context } from "./context.js";
import { type Sorted, supervision } from "./entries.js";
import { type Dataset, type MadeBy, misfitSpan, type Resolver, resolveMaker } from "./makers.js";
import { resolveModel } from "./models.js";
import { showShape } from "./shapes.js";

export type Subject =
  | Pick<SupervisedFlow, "form" | "dataset" | "model" | "loss">
  | Pick<LandscapeFlow, "form" | "landscape">;

export interface Minimized {
  /** Undefined if a part is not known or two don't fit together. */
  readonly subject: Subject | undefined;
  /** Known even if not all else is. */
  readonly owner: WeightsOwner | undefined;
}

export interface SubjectResolvers {
  readonly datasets: Resolver<Dataset>;
  readonly landscapes: Resolver<ResolvedLandscape>;
}

interface Place {
  readonly flowSpan: Span;
  readonly broken: boolean;
}

const nothing: Minimized = { subject: undefined, owner: undefined };

export function resolveSubject(
  context: Context,
  sorted: Sorted,
  resolvers: SubjectResolvers,
  place: Place,
): Minimized {
  const { references } = sorted;
  const landscape = references.get("landscape");
  const other = supervision.filter((key) => references.has(key));
  const supervised =
    other.length > 0 ? resolveSupervised(context, sorted, resolvers.datasets, place) : nothing;
  if (landscape === undefined) return supervised;
  const resolved = landscape.value && resolvers.landscapes.reference(landscape.value, place.broken);
  if (other.length > 0) {
    context.report(
      error("CF1311", landscape.name.span, `a landscape stands beside a ${other[0]}`, {
        others: other.map((key) => ({ span: references.get(key)!.name.span })),
        help: "a landscape takes the place of dataset, model and loss: keep the one or the others",
      }),
    );
    return nothing;
  }
  if (resolved === undefined) return nothing;
  return {
    subject: { form: "landscape", landscape: resolved },
    owner: { kind: "landscape", size: resolved.variables.length },
  };
}

function resolveSupervised(
  context: Context,
  { references }: Sorted,
  datasets: Resolver<Dataset>,
  { flowSpan, broken }: Place,
): Minimized {
  const written = (key: string) => references.get(key)?.value;
  const data = written("dataset");
  const dataset = data && datasets.reference(data, broken);
  const chain = written("model");
  const model = chain && resolveModel(context, chain, dataset, data?.span ?? flowSpan, broken);
  const measure = written("loss");
  const losses = { kind: "loss", entries: context.vocabulary.losses, declared: [] };
  const loss = measure && resolveMaker(context, losses, measure, broken);
  const fits = lossFits(context, loss, model, dataset);
  return {
    subject:
      dataset && model && loss && fits
        ? {
            form: "supervised",
            dataset: named({ ...dataset.made, description: dataset.description }, dataset),
            model,
            loss: loss.made,
          }
        : undefined,
    owner: model && { kind: "model", size: model.parameterCount },
  };
}

/** With the name that it was declared under, if it was. */
export function named<M extends object>(made: M, { name }: { readonly name?: string }) {
  return name === undefined ? made : { ...made, name };
}

function lossFits(
  context: Context,
  loss: MadeBy<LossEntry> | undefined,
  model: ResolvedModel | undefined,
  dataset: Dataset | undefined,
): boolean {
  if (!loss || !model || !dataset) return true;
  const { output, span } = model.layers.at(-1)!;
  const misfit = loss.entry.accepts(dataset.description, output);
  if (misfit === undefined) return true;
  context.report(
    error("CF1402", misfitSpan(misfit, loss.made), misfit.misfit, {
      others: [{ span, text: `gives ${showShape(output)}` }],
      help: misfit.help,
    }),
  );
  return false;
}
