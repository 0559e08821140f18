/** What an Arrow file holds, whoever wrote it. */
import { decode } from "./ipc.js";

export interface ArrowOutline {
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** Throws for bytes that are no Arrow file or stream. */
export function outlineOf(bytes: Uint8Array): ArrowOutline {
  const { schema, batches } = decode(bytes);
  return {
    rows: batches.reduce((sum, batch) => sum + batch.numRows, 0),
    columns: schema.fields.map(({ name, type }) => ({ name, type: String(type) })),
  };
}
