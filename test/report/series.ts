/** Tables of series made from functions of the step, and flows of such tables. */
import type { FlowResults } from "../../src/report/flow-results.js";
import type { SeriesColumn, SeriesTable } from "../../src/runtime/step.js";

type Cell = number | readonly number[] | null;
export type Columns = Readonly<Record<string, (step: number) => Cell>>;

/** Beside the columns named `step` counts; a column with a list anywhere is one of lists. */
export function tableOf(rows: number, columns: Columns): SeriesTable {
  const values = new Map<string, Cell[]>(
    Object.entries({ step: (step: number) => step, ...columns }).map(([name, at]) => [
      name,
      Array.from({ length: rows }, (_, step) => at(step)),
    ]),
  );
  return {
    columns: [...values].map(
      ([name, cells]): SeriesColumn =>
        cells.some((cell) => typeof cell === "object" && cell !== null)
          ? { name, type: "list<float64>" }
          : { name, type: "float64" },
    ),
    rows,
    scalar: (name) => values.get(name) as (number | null)[],
    list: (name) =>
      values
        .get(name)!
        .map((cell) => (cell === null ? null : Float64Array.from(cell as readonly number[]))),
  };
}

export function flowOf(
  rows: number,
  processes: Readonly<Record<string, Columns>>,
  more: { readonly compare?: Columns } & Pick<FlowResults, "examples" | "paces"> = {},
): FlowResults {
  return {
    name: "eos",
    processes: new Map(
      Object.entries(processes).map(([name, columns]) => [name, tableOf(rows, columns)]),
    ),
    ...(more.compare && { compare: tableOf(rows, more.compare) }),
    ...(more.examples && { examples: more.examples }),
    ...(more.paces && { paces: more.paces }),
  };
}
