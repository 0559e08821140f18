/** Judges a claim on the series it names: `verdict.arrow` holds value, bound and whether it holds. */
import { judge } from "../claims/evaluate.js";
import type { Series } from "../claims/functions.js";
import type { SeriesExpression } from "../dsl/program.js";
import type { SeriesTable, StepContext } from "../runtime/step.js";

export async function run(context: StepContext): Promise<void> {
  const tables = new Map<string, SeriesTable>();
  for (const [role, stage] of Object.entries(context.inputs)) {
    tables.set(role, await stage.series());
  }
  const expression = context.parameters.expression as unknown as SeriesExpression;
  const { holds, value, bound } = judge(expression, (role, name, index) =>
    column(tables.get(role)!, name, index),
  );
  await context.out.tensors("verdict", [
    { name: "value", shape: [], values: Float64Array.of(value) },
    { name: "bound", shape: [], values: Float64Array.of(bound) },
    { name: "holds", shape: [], values: Int32Array.of(holds ? 1 : 0) },
  ]);
  context.out.note({ holds, value: finite(value), bound: finite(bound) });
}

/** Notes are JSON, which has no NaN: what could not be measured is null. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function column(table: SeriesTable, name: string, index: number | undefined): Series {
  if (index === undefined) return table.scalar(name);
  return table.list(name).map((spectrum) => spectrum?.[index] ?? null);
}
