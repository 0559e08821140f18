/**
 * Arrow's interprocess formats on disk (https://arrow.apache.org/docs/format/Columnar.html), never
 * compressed: a *stream* is a schema and batches and may be cut anywhere; a *file* is the same with
 * a footer for random access. Writers hand bytes to a function as they are made, so that a table
 * never stands in memory whole.
 */
import {
  type Data,
  type Field,
  Message,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  RecordBatchReader,
  RecordBatchStreamWriter,
  type RecordBatchWriter,
  Schema,
  Struct,
} from "apache-arrow";
import { type Put, pieces } from "../files.js";

export interface BatchWriter {
  write(batch: RecordBatch): void;
  /** Writes what ends the format; the receiver of the bytes is not closed. */
  end(): void;
}

/** Every file says what it holds; metadata are sorted by key, since their order is in the bytes. */
export function contentSchema(
  content: "series" | "snapshots" | "tensors",
  fields: Field[],
  more: Readonly<Record<string, string>> = {},
): Schema {
  const metadata = Object.entries({ ...more, "cflow.content": content, "cflow.format": "1" });
  return new Schema(fields, sortedMetadata(metadata));
}

export function sortedMetadata(entries: [string, string][]): Map<string, string> {
  return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function recordBatch(schema: Schema, rows: number, columns: Data[]): RecordBatch {
  return new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length: rows, nullCount: 0, children: columns }),
  );
}

/** Writes a stream; `continuing` one whose schema and first batches are already there. */
export function streamWriter(schema: Schema, put: Put, continuing = false): BatchWriter {
  return opened(new StreamWriter(put, continuing), schema);
}

/** Writes a file; `blocks` are the batches of one that lacks only its end, and goes on. */
export function fileWriter(schema: Schema, put: Put, blocks: readonly Block[] = []): BatchWriter {
  return opened(new FileWriter(put, blocks), schema);
}

function opened(writer: RecordBatchWriter, schema: Schema): BatchWriter {
  writer.reset(undefined, schema);
  return {
    write: (batch) => writer.write(batch),
    end: () => void writer.finish(),
  };
}

class StreamWriter extends RecordBatchStreamWriter {
  constructor(
    private readonly put: Put,
    private readonly continuing: boolean,
  ) {
    super();
  }

  protected override _writeSchema(schema: Schema): this {
    return this.continuing ? this : super._writeSchema(schema);
  }

  protected override _write(chunk: unknown): this {
    if (this._started) this._position += forward(chunk, this.put);
    return this;
  }
}

class FileWriter extends RecordBatchFileWriter {
  constructor(
    private readonly put: Put,
    private readonly blocks: readonly Block[],
  ) {
    super();
  }

  /** The library leaves the schema out of the file's body, which by the format is a whole stream. */
  protected override _writeSchema(schema: Schema): this {
    if (this.blocks.length > 0) {
      this._recordBatchBlocks = [...this.blocks];
      this._position = endOf(this.blocks);
      return this;
    }
    super._writeSchema(schema);
    return this._writeMessage(Message.from(schema));
  }

  protected override _write(chunk: unknown): this {
    if (this._started) this._position += forward(chunk, this.put);
    return this;
  }
}

function forward(chunk: unknown, put: Put): number {
  const { buffer, byteOffset, byteLength } = chunk as ArrayBufferView;
  if (byteLength > 0) put(new Uint8Array(buffer, byteOffset, byteLength));
  return byteLength;
}

/** Schema and batches of a file's or stream's bytes; columns view the bytes. */
export function decode(bytes: Uint8Array): { schema: Schema; batches: RecordBatch[] } {
  const reader = RecordBatchReader.from(bytes).open();
  return { schema: reader.schema, batches: [...reader].filter((batch) => batch.numRows > 0) };
}

/** How many of a stream's bytes are whole messages: its end may be cut off anywhere. */
export function wholeLength(bytes: Uint8Array): number {
  let whole = 0;
  for (const block of messages((from, to) => bytes.subarray(from, to), 0)) {
    const end = endOf([block]);
    if (end > bytes.length) break;
    whole = end;
  }
  return whole;
}

/** Where the stream starts in the file format: after `ARROW1` and two bytes of padding. */
const fileHeader = 8;

/** Batches of a file or stream, one at a time from disk. Throws where a batch is cut off. */
export function* readBatches(path: string, form: "file" | "stream"): Generator<RecordBatch> {
  const bytes = pieces(path, { from: form === "file" ? fileHeader : 0 });
  try {
    for (const batch of RecordBatchReader.from(bytes)) if (batch.numRows > 0) yield batch;
  } finally {
    // The reader leaves the file open where it throws.
    bytes.return(undefined);
  }
}

/** Where a batch lies in a file: its metadata (with their length before them), then its body, in bytes. */
export interface Block {
  readonly offset: number;
  readonly metaDataLength: number;
  readonly bodyLength: number;
}

/** Where the last batch ends. */
export function endOf(blocks: readonly Block[]): number {
  const { offset, metaDataLength, bodyLength } = blocks.at(-1)!;
  return offset + metaDataLength + bodyLength;
}

/** The batches of a file that is whole, or lacks its end. Reads their metadata alone. */
export function fileBlocks(path: string): Block[] {
  const read = (from: number, to: number) => {
    for (const bytes of pieces(path, { from, to })) return bytes;
    return new Uint8Array();
  };
  return [...messages(read, fileHeader)].filter(({ message }) => message.isRecordBatch());
}

/** Messages whose metadata are whole, one after another; the last one's body may be cut off. */
function* messages(
  read: (from: number, to: number) => Uint8Array,
  from: number,
): Generator<Block & { readonly message: Message }> {
  for (let offset = from; ; ) {
    // A message is -1, the length of its metadata, these, and a body; a length of 0 ends them.
    const { buffer, byteOffset, byteLength } = read(offset, offset + 8);
    if (byteLength < 8) return;
    const length = new DataView(buffer, byteOffset).getInt32(4, true);
    if (length <= 0) return;
    const metadata = read(offset + 8, offset + 8 + length);
    if (metadata.byteLength < length) return;
    const message = Message.decode(metadata);
    const block = { offset, metaDataLength: 8 + length, bodyLength: message.bodyLength };
    yield { ...block, message };
    offset = endOf([block]);
  }
}
