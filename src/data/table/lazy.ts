/**
 * The libraries that read tables. A description has to be had at once, so they are loaded
 * synchronously, and only when a file of their kind is met.
 */
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

export const csvParse = () => require("csv-parse/sync") as typeof import("csv-parse/sync");

export const apacheArrow = () => require("apache-arrow") as typeof import("apache-arrow");

/** Its modules that read what is in memory already; its public functions are asynchronous. */
export const hyparquet = () => ({
  ...(require("hyparquet/src/metadata.js") as typeof import("hyparquet/src/metadata.js")),
  ...(require("hyparquet/src/column.js") as typeof import("hyparquet/src/column.js")),
  ...(require("hyparquet/src/convert.js") as typeof import("hyparquet/src/convert.js")),
});

export const parquetCompressors = () =>
  (require("hyparquet-compressors") as typeof import("hyparquet-compressors")).compressors;
