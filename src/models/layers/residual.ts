/** x + f(x), He et al., arXiv:1512.03385; or s(x) + c·f(x) with a shortcut s and a scale c. */
import { z } from "zod";
import { formatShape } from "../../data/axes.js";
import type { LayerKind } from "./layer.js";

const settings = z.strictObject({
  scale: z.number().default(1).describe("Factor of the branch, not of the shortcut."),
});

export const residual: LayerKind = {
  name: "residual",
  doc: "Adds what a chain of layers gives to its input, or to what another chain, the shortcut, gives.",
  settings,
  positional: [],
  branches: { positional: ["branch"], named: ["shortcut"] },
  output(_, input, branches) {
    const branch = branches!.get("branch")!;
    const shortcut = branches!.get("shortcut");
    const other = shortcut ?? input;
    if (formatShape(branch) === formatShape(other)) return branch;
    const added = `the branch gives ${formatShape(branch)}`;
    return shortcut === undefined
      ? {
          misfit: `${added}, the input is ${formatShape(input)}`,
          help: "give the input that shape too, with `shortcut = …`",
          setting: "branch",
        }
      : {
          misfit: `${added}, the shortcut ${formatShape(shortcut)}`,
          help: "both must have the same shape",
          setting: "shortcut",
        };
  },
  parameters: () => [],
  apply(tf, given, _, x, branches) {
    const { scale } = settings.parse(given);
    const value = branches!.get("branch")!(x);
    const other = branches!.get("shortcut")?.(x) ?? x;
    return tf.add(other, scale === 1 ? value : tf.mul(value, scale));
  },
};
