/** The most memory that the driver holds while its workers compute. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execaNode } from "execa";
import { program } from "./commands.js";
import type { Figure } from "./figure.js";

const text = `dataset digits = mnist { classes = [3, 5, 8, 9]  train = 500  test = 500 }
model mlp = flatten -> 2 * (dense(64) -> gelu) -> dense(outputs)
sweep seed in [0, 1, 2, 3]
flow eos {
  dataset = digits  model = mlp  loss = mse  optimizer = gd(0.05)
  steps = 100  seed = seed
  snapshots { every = 10 }
  discrete  stable
}
`;

const name = "memory of the driver";
/** Milliseconds between looks. */
const delay = 20;

export async function memory(folder: string): Promise<Figure> {
  if (process.platform !== "linux") {
    return {
      name,
      value: Number.NaN,
      unit: "bytes",
      absent: "only Linux tells of other processes",
    };
  }
  writeFileSync(join(folder, "memory.cflow"), text);
  const driver = execaNode(program, ["run", "memory.cflow"], { cwd: folder });
  let most = 0;
  const look = setInterval(() => {
    most = Math.max(most, peakOf(driver.pid!));
  }, delay);
  await driver;
  clearInterval(look);
  return { name, value: most, goal: 150e6, unit: "bytes" };
}

/** Bytes; 0 if it has ended. */
function peakOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
