/** Figures of one kind laid over each other: of several runs, or of a sweep's variants. */
import type { Program } from "../dsl/program.js";
import { writtenValue } from "../dsl/written.js";
import type { Curve, Figure } from "./figure.js";
import { fewMembers } from "./members.js";

/** A figure whose curves tell by `member` which of several it is of. */
export interface Family {
  readonly figure: Figure;
  /** What the members are called. */
  readonly members: readonly string[];
}

/**
 * Lays figures of the same names over each other, in the order in which they first come. A member
 * that lacks a figure has no curves in it; what only one member has is no family.
 */
export function familiesOf(
  members: readonly { readonly name: string; readonly figures: readonly Figure[] }[],
): Family[] {
  const names = new Set(members.flatMap(({ figures }) => figures.map(({ name }) => name)));
  return [...names].flatMap((name) => {
    const own = members.map(({ figures }) => figures.find((each) => each.name === name));
    const all = own.filter((figure) => figure !== undefined);
    if (all.length < 2) return [];
    const curves = own.flatMap((figure, member) =>
      (figure?.curves ?? []).map((curve): Curve => ({ ...curve, member })),
    );
    const levels = all.flatMap((figure) => figure.levels);
    return {
      figure: { ...all[0]!, curves, levels: distinct(levels) },
      members: members.map((each) => each.name),
    };
  });
}

/** A family as one picture, whose legend names the members, or the first and the last of many. */
export function picturedFamily({ figure, members }: Family): Figure {
  const range = `${members[0]} to ${members.at(-1)}`;
  const named = (curve: Curve): Curve => {
    if (curve.member === undefined || members.length === 0) return curve;
    const name = members.length > fewMembers ? range : members[curve.member];
    return { ...curve, label: `${curve.label} (${name})` };
  };
  // Side by side in the legend stand members of one role.
  const labels = [...new Set(figure.curves.map(({ label }) => label))];
  const curves = labels.flatMap((label) =>
    figure.curves.filter((curve) => curve.label === label).map(named),
  );
  return { ...figure, curves };
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}

/** A flow that sweeps make variants of. */
export interface VariedFlow {
  /** As it is declared: `eos`. */
  readonly name: string;
  readonly variants: readonly {
    /** `eos[lr=0.02]`. */
    readonly flow: string;
    /** What sets it apart: `lr = 0.02`. */
    readonly label: string;
  }[];
}

export function variedFlows({ flows }: Program): VariedFlow[] {
  const names = [...new Set(flows.map(({ declared }) => declared))];
  return names.flatMap((name) => {
    const variants = flows.filter(({ declared }) => declared === name);
    if (variants.length < 2) return [];
    return {
      name,
      variants: variants.map(({ name: flow, variant }) => ({
        flow,
        label: Object.entries(variant)
          .map(([setting, value]) => `${setting} = ${writtenValue(value)}`)
          .join(", "),
      })),
    };
  });
}

export interface FlowFigure {
  /** A variant's name, or the name of the flow whose variants are in the figure. */
  readonly flow: string;
  readonly figure: Figure;
}

/** Figures of variants laid over each other, each where the first of them was. */
export function together(
  figures: readonly FlowFigure[],
  varied: readonly VariedFlow[],
): FlowFigure[] {
  const families = varied.flatMap(({ name: flow, variants }) => {
    const members = variants.map((variant) => ({
      name: variant.label,
      figures: figures.filter((each) => each.flow === variant.flow).map(({ figure }) => figure),
    }));
    return familiesOf(members).map((family) => ({
      flow,
      figure: picturedFamily(family),
      variants,
    }));
  });
  const shown = new Set<(typeof families)[number]>();
  return figures.flatMap((each): FlowFigure[] => {
    const family = families.find(
      ({ figure, variants }) =>
        figure.name === each.figure.name && variants.some(({ flow }) => flow === each.flow),
    );
    if (!family) return [each];
    if (shown.has(family)) return [];
    shown.add(family);
    return [{ flow: family.flow, figure: family.figure }];
  });
}
