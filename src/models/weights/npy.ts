/** `npy("w0.npy", layout = torch)`: initial weights from a file, one flat vector. */
import { basename } from "node:path";
import { z } from "zod";
import { sizeOf } from "../../data/axes.js";
import { digestOf } from "../../data/file.js";
import { dtypeKind, readNpy, readNpyHeader } from "../../data/npy/index.js";
import { isMisfit, pathSetting } from "../../dsl/vocabulary.js";
import { fromTorch } from "../layout.js";
import type { WeightsKind } from "./weights.js";

const settings = z.strictObject({
  path: pathSetting("A .npy file of floats: all parameters, concatenated."),
  layout: z
    .enum(["native", "torch"])
    .default("native")
    .describe(
      "Order of the elements: `native` has dense weights as [in, out], `torch` is that of " +
        "torch.nn.utils.parameters_to_vector.",
    ),
});

export const npyWeights: WeightsKind = {
  name: "npy",
  doc: "Weights from a NumPy file.",
  settings,
  positional: ["path", "layout"],
  seeded: false,
  accepts(given, { kind, size }) {
    const { path } = settings.parse(given);
    const header = readNpyHeader(path);
    if (isMisfit(header)) return { ...header, setting: "path" };
    if (dtypeKind(header.dtype) !== "float") {
      return {
        misfit: `'${basename(path)}' holds dtype ${header.dtype}; weights are float32 or float64`,
        help: "save it with a.astype('float32')",
        setting: "path",
      };
    }
    const count = sizeOf(header.shape);
    if (count === size) return undefined;
    const units = kind === "model" ? "parameters" : "variables";
    return {
      misfit: `'${basename(path)}' holds ${count} values, but the ${kind} has ${size} ${units}`,
      help:
        kind === "model"
          ? "save the weights of a model with the same layers"
          : "save one value a variable",
      setting: "path",
    };
  },
  identity(given) {
    const { path, layout } = settings.parse(given);
    const digest = digestOf(path);
    if (typeof digest !== "string") throw new Error(digest.misfit);
    return { path: digest, layout };
  },
  make(given, parameters) {
    const { path, layout } = settings.parse(given);
    const array = readNpy(path);
    if (isMisfit(array)) return { ...array, setting: "path" };
    // Doubles stay so: a flow in float64 starts from them as they are.
    const { values } = array;
    const weights = values instanceof Float64Array ? values : Float32Array.from(values);
    const bad = weights.findIndex((value) => !Number.isFinite(Math.fround(value)));
    if (bad >= 0) {
      return {
        misfit: `'${basename(path)}' holds ${array.values[bad]} at position ${bad}`,
        help: "weights must be finite in float32",
        setting: "path",
      };
    }
    return layout === "torch" ? fromTorch(parameters, weights) : weights;
  },
};
