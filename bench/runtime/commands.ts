/** How long commands take that have nothing to compute, beyond what Node takes to start. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { home } from "../home.js";
import { type Contender, type Effort, interleave, median } from "../measure.js";
import type { Figure } from "./figure.js";

export const program = fileURLToPath(new URL("../bin/cflow.js", home));

/** Ten steps: a dataset, weights, four processes and four claims. */
const text = `dataset digits = mnist { classes = 4  train = 50  test = 50 }
model mlp = flatten -> dense(8) -> tanh -> dense(outputs)
flow eos {
  dataset = digits  model = mlp  loss = mse  optimizer = gd(0.05)
  steps = 20
  discrete  midpoint  central  stable
}
expect "one" { final(eos.discrete.train_loss) < 1 }
expect "two" { final(eos.midpoint.train_loss) < 1 }
expect "three" { final(eos.central.train_loss) < 1 }
expect "four" { final(eos.stable.train_loss) < 1 }
`;

function process(name: string, args: readonly string[], cwd: string): Contender {
  return {
    name,
    async run(times) {
      const start = performance.now();
      for (let i = 0; i < times; i++) await execa("node", args, { cwd });
      return (performance.now() - start) / 1000;
    },
  };
}

export async function commands(folder: string, effort: Effort): Promise<Figure[]> {
  writeFileSync(join(folder, "ten.cflow"), text);
  await execa("node", [program, "run", "ten.cflow"], { cwd: folder });
  const [node, ...timings] = await interleave(
    [
      process("node", ["-e", "0"], folder),
      process("--help, beyond Node's start", [program, "--help"], folder),
      process(
        "unchanged run of 10 steps, beyond Node's start",
        [program, "run", "ten.cflow"],
        folder,
      ),
    ],
    effort,
  );
  const goals = [0.1, 0.3];
  return timings.map(({ name, samples }, i) => {
    // Rounds visit all in turn: what drifts is in both.
    const beyond = samples.map((each, round) => each - node!.samples[round]!);
    return { name, value: median(beyond), samples: beyond, goal: goals[i]!, unit: "seconds" };
  });
}
