/**
 * The paper's architectures at its sizes: how long it takes until all programs are there, and how much
 * memory a flow then needs. Sequences are as many as the paper's; images are 25, a small batch.
 */
import {
  cnn,
  lstm,
  mamba,
  mlp,
  resnet,
  transformer,
  vit,
} from "../../test/support/architectures.js";
import type { Effort } from "../measure.js";
import { duration } from "../report.js";
import { type Probed, probe } from "./probed.js";

const images = "dataset examples = synthetic { train = 25 }";
const sequences = (train: number) =>
  `dataset examples = sorting { vocab = 4  length = 8  train = ${train}  test = 0 }`;

const architectures = [
  { name: "mlp", text: `${images}\n${mlp(256, "gelu")}` },
  { name: "cnn", text: `${images}\n${cnn(32)}` },
  { name: "resnet", text: `${images}\n${resnet(16, 3)}` },
  { name: "vit", text: `${images}\n${vit(64, 4, 8, 256)}` },
  { name: "lstm", text: `${sequences(1000)}\n${lstm(48)}`, compared: true },
  {
    name: "transformer",
    text: `${sequences(1000)}\n${transformer(32, 4, 4, 128)}`,
    compared: true,
  },
  { name: "mamba", text: `${sequences(250)}\n${mamba(64)}`, compared: true },
];

export const goals = { compiling: 10, bytes: 2 * 2 ** 30, ratio: 3 };

export interface Architecture extends Probed {
  readonly name: string;
}

export async function* probedArchitectures(
  vectors: number,
  threads: number,
  effort: Effort,
): AsyncGenerator<Architecture> {
  for (const { name, ...asked } of architectures) {
    yield { name, ...(await probe({ ...asked, vectors, threads, effort })) };
  }
}

export function renderedArchitecture({
  name,
  parameters,
  compiling,
  peakBytes,
  seconds,
  dense,
}: Architecture): string {
  const reached = (value: number, goal: number) => (value < goal ? "reached" : "MISSED");
  const cells = [
    name.padEnd(12),
    `${parameters} weights`.padEnd(15),
    `compiles in ${duration(compiling)} (goal 10 s ${reached(compiling, goals.compiling)})`,
    `peak memory ${gibibytes(peakBytes)} (goal 2 GiB ${reached(peakBytes, goals.bytes)})`,
    `product ${duration(seconds.product)}`,
    `third derivatives ${duration(seconds["third derivatives"])}`,
  ];
  if (dense) {
    const { ratio } = dense;
    cells.push(
      `${ratio.toPrecision(3)}x a dense model of equal arithmetic (goal 3x ${reached(ratio, goals.ratio)})`,
    );
  }
  return cells.join("  ");
}

export function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toPrecision(3)} GiB`;
}
