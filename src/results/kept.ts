/** A result that the cache keeps, and what its files hold. */
import { readStageFile, type Stage } from "../runtime/cache.js";
import { type Cache, recordFile, seriesFile, snapshotFile, stateFile } from "../runtime/layout.js";
import type { FileRecord } from "../runtime/record.js";
import {
  type SeriesTable,
  type Snapshots,
  snapshotNames,
  type TensorColumn,
} from "../runtime/step.js";

export interface Kept {
  readonly cache: Cache;
  /** The step's name as it was asked for; the stage may have been made under another. */
  readonly name: string;
  readonly kind: string;
  readonly fingerprint: string;
  /** Rows asked for, of a trajectory; there may be more, or fewer if it diverged. */
  readonly length?: number;
  readonly stage: Stage;
}

export type Contents =
  | { readonly form: "series"; readonly table: SeriesTable }
  | { readonly form: "snapshots"; readonly snapshots: Snapshots }
  | { readonly form: "tensors"; readonly tensors: readonly TensorColumn[] }
  /** A table with columns that are no numbers. */
  | {
      readonly form: "table";
      readonly rows: number;
      readonly columns: readonly { readonly name: string; readonly type: string }[];
    }
  | { readonly form: "text"; readonly text: string }
  /** Bytes of some other format, or a trajectory's state, which goes with its last row. */
  | { readonly form: "other" };

export function filesOf({ stage }: Kept): readonly FileRecord[] {
  return stage.record.files.filter(({ name }) => name !== recordFile);
}

/**
 * What a file of a result holds; trajectories have the rows asked for. Throws `DamagedStage` for a
 * file that isn't what the stage's record says.
 */
export async function contentsOf(kept: Kept, name: string): Promise<Contents> {
  const { cache, fingerprint, length, stage } = kept;
  if (length !== undefined) {
    if (name === stateFile) return { form: "other" };
    const { readStage } = await import("../runtime/stage-reader.js");
    const reader = readStage(cache, fingerprint, length);
    if (name === seriesFile) return { form: "series", table: await reader.series() };
    const kind = snapshotNames.find((each) => snapshotFile(each) === name)!;
    return { form: "snapshots", snapshots: await reader.snapshots(kind) };
  }
  const bytes = readStageFile(stage, name);
  if (kept.kind !== "command") {
    const { readTensors } = await import("../runtime/arrow/tensors.js");
    return { form: "tensors", tensors: [...readTensors(bytes).tensors.values()] };
  }
  return name.endsWith(".arrow") ? arrowContents(bytes) : textContents(bytes);
}

/** Of a file that a user's program wrote. */
async function arrowContents(bytes: Uint8Array): Promise<Contents> {
  const { outlineOf } = await import("../runtime/arrow/outline.js");
  const { readSeries } = await import("../runtime/arrow/series.js");
  try {
    return { form: "series", table: readSeries(bytes) };
  } catch {
    try {
      return { form: "table", ...outlineOf(bytes) };
    } catch {
      return { form: "other" };
    }
  }
}

function textContents(bytes: Uint8Array): Contents {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? { form: "other" } : { form: "text", text };
  } catch {
    return { form: "other" };
  }
}

/** The table that a result is about: a trajectory's, or the one that a command wrote. */
export async function tableOf(kept: Kept): Promise<SeriesTable | undefined> {
  if (!filesOf(kept).some(({ name }) => name === seriesFile)) return undefined;
  const contents = await contentsOf(kept, seriesFile);
  return contents.form === "series" ? contents.table : undefined;
}

/** The tensors of a result that is no trajectory. */
export async function tensorsOf(kept: Kept): Promise<readonly TensorColumn[]> {
  if (kept.length !== undefined || kept.kind === "command") return [];
  const all: TensorColumn[] = [];
  for (const { name } of filesOf(kept)) {
    const contents = await contentsOf(kept, name);
    if (contents.form === "tensors") all.push(...contents.tensors);
  }
  return all;
}
