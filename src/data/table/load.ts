/** From columns to rows of float32. */
import { isMisfit, type Misfit } from "../../dsl/vocabulary.js";
import {
  type ExampleArray,
  type Examples,
  type Half,
  joinHalves,
  labelTargets,
} from "../examples.js";
import type { Arrangement, Part } from "./arrange.js";
import { type Column, type Table, valuesOf } from "./table.js";

export function loadTable(arrangement: Arrangement): Examples | Misfit {
  const train = loadPart(arrangement.train, arrangement);
  if (isMisfit(train)) return { ...train, setting: "train" };
  if (arrangement.test === undefined) return joinHalves(train);
  const test = loadPart(arrangement.test, arrangement);
  return isMisfit(test) ? { ...test, setting: "test" } : joinHalves(train, test);
}

function loadPart({ table, features, targets }: Part, arrangement: Arrangement): Half | Misfit {
  const { description, labels } = arrangement;
  const x = rowsOf(table, features);
  if (isMisfit(x)) return x;
  if (description.task === "regression") {
    const y = rowsOf(table, targets);
    return isMisfit(y) ? y : { x, y };
  }
  const values = valuesOf(table, targets[0]!);
  if (isMisfit(values)) return values;
  const classOf = new Map(labels.map((label, k) => [label, k]));
  const classes = values.map((value) => classOf.get(value)!);
  return { x, y: labelTargets(classes, description) };
}

/** Shape [rows, columns]. */
function rowsOf(table: Table, columns: readonly Column[]): ExampleArray | Misfit {
  const rows = new Float32Array(table.rows * columns.length);
  for (const [j, column] of columns.entries()) {
    const values = valuesOf(table, column);
    if (isMisfit(values)) return values;
    for (const [i, value] of values.entries()) {
      const at = i * columns.length + j;
      rows[at] = value as number;
      if (!Number.isFinite(rows[at])) {
        return {
          misfit: `column '${column.name}' of '${table.name}' holds ${value} in ${table.place(i)}`,
          help: "values must be finite in float32",
        };
      }
    }
  }
  return { shape: [table.rows, columns.length], values: rows };
}
