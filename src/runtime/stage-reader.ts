/** Reads finished stages: every file with its digest, trajectories cut to the rows asked for. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cutSeries, readSeries } from "./arrow/series.js";
import { cutSnapshots, readSnapshots } from "./arrow/snapshots.js";
import { readTensors } from "./arrow/tensors.js";
import { DamagedStage, findStage, readStageFile, type Stage } from "./cache.js";
import { errorCode, writeDurably } from "./files.js";
import { type Cache, seriesFile, snapshotFile, stageFolder, stateFile } from "./layout.js";
import type { StageReader } from "./step.js";

/**
 * A stage to read; `rows` is given for trajectories, and only for them. Methods throw
 * `DamagedStage` for files that are not what `stage.json` says, and if the stage is gone: another
 * reader may have set it aside.
 */
export function readStage(cache: Cache, fingerprint: string, rows?: number): StageReader {
  const find = (): Stage => {
    const { stage } = findStage(cache, fingerprint, rows);
    if (!stage) {
      const folder = stageFolder(cache, fingerprint);
      throw new DamagedStage({ folder, fingerprint, what: "the stage is gone" });
    }
    return stage;
  };
  const read = (name: string): Uint8Array => {
    try {
      return readStageFile(find(), name);
    } catch (error) {
      // A longer trajectory may have taken its place just now.
      if (errorCode(error) === "ENOENT") return readStageFile(find(), name);
      throw error;
    }
  };
  return {
    async copyTo(folder) {
      for (const { name } of find().record.files) {
        if (rows !== undefined && name === stateFile) continue;
        const bytes = read(name);
        const path = join(folder, name);
        if (rows === undefined) writeFileSync(path, bytes);
        else if (name === seriesFile)
          await writeDurably(path, (put) => cutSeries(bytes, rows, put));
        else await writeDurably(path, (put) => cutSnapshots(bytes, rows, put));
      }
    },
    async tensors(file) {
      if (rows !== undefined) {
        throw new Error("a trajectory has series and snapshots; its state is not to be read");
      }
      return readTensors(read(`${file}.arrow`)).tensors;
    },
    series: async () => readSeries(read(seriesFile), rows),
    async snapshots(name = "snapshots") {
      const wanted = snapshotFile(name);
      const none = !find().record.files.some((file) => file.name === wanted);
      return none ? { steps: new Int32Array(0), tensors: [] } : readSnapshots(read(wanted), rows);
    },
  };
}
