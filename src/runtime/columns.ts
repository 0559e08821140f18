/** A series as columns of numbers: spectra spread over `name[0]`, `name[1]`, … */
import type { SeriesTable } from "./step.js";

export interface NumberColumn {
  /** As in `effective_eigenvalues[0]`. */
  readonly name: string;
  /** Null or undefined where nothing was measured, and beyond the end. */
  at(row: number): number | null | undefined;
}

export function numberColumns(table: SeriesTable): NumberColumn[] {
  return table.columns.flatMap(({ name, type }): NumberColumn[] => {
    if (type !== "list<float64>") {
      const values = table.scalar(name);
      return [{ name, at: (row) => values[row] }];
    }
    const spectra = table.list(name);
    const longest = spectra.reduce((most, each) => Math.max(most, each?.length ?? 0), 0);
    return Array.from({ length: longest }, (_, i) => ({
      name: `${name}[${i}]`,
      at: (row) => spectra[row]?.[i],
    }));
  });
}
