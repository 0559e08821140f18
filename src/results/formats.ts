/** What results can be written as. */
export const exportFormats = ["csv", "parquet", "npy", "arrow"] as const;
export type ExportFormat = (typeof exportFormats)[number];
