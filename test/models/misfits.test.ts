/** What is said, before anything runs, of layers and losses that do not fit; rendered, to be read. */
import { expect, test } from "vitest";
import { vocabulary } from "../../src/cli/vocabulary.js";
import { check, renderDiagnostics } from "../../src/dsl/index.js";

const ofDigits = {
  kernel: "conv(4) -> avgpool(8) -> conv(8, size = 5, padding = 0) -> flatten -> dense(outputs)",
  window: "avgpool(4) -> 2 * avgpool(4) -> flatten -> dense(outputs)",
  flat: "flatten -> conv(4)",
  groups: "conv(6) -> groupnorm(4) -> flatten -> dense(outputs)",
  branch: "conv(4) -> residual(conv(8, stride = 2) -> gelu) -> flatten -> dense(outputs)",
  shortcut:
    "conv(4) -> residual(conv(8), shortcut = conv(8, stride = 2)) -> flatten -> dense(outputs)",
  joined: "parallel(conv(4), conv(4, stride = 2) -> gelu) -> flatten -> dense(outputs)",
  outputs: "conv(4)",
  patch: "patches(5) -> layernorm -> mean -> dense(outputs)",
  grid: "patches(7) -> dense(6) -> positions -> mean -> dense(outputs)",
  numbers: "embedding(10, 8) -> mean -> dense(outputs)",
  tokens: "embedding(vocabulary, 8) -> mean -> dense(outputs)",
  unordered: "flatten -> lstm(8) -> dense(outputs)",
  stack: "patches(7) -> encoder(dense(32) -> gelu) -> mean -> dense(outputs)",
};

const ofTokens = {
  rare: "embedding(3, 8) -> lstm(8) -> dense(outputs)",
  heads: "embedding(vocabulary, 10) -> residual(attention(4)) -> dense(outputs)",
  pooled: "embedding(vocabulary, 8) -> mamba -> mean -> dense(outputs)",
};

function modelAndFlow(name: string, chain: string, dataset: string): string {
  return `model ${name} = ${chain}
flow of_${name} {
  dataset = ${dataset}  model = ${name}  loss = cross_entropy  optimizer = gd(0.1)  steps = 1  discrete
}`;
}

test("misfits are shown with both shapes and their places", async () => {
  const text = [
    ...Object.entries(ofDigits).map(([name, chain]) => modelAndFlow(name, chain, "mnist")),
    ...Object.entries(ofTokens).map(([name, chain]) => modelAndFlow(name, chain, "sorting")),
  ];
  const { diagnostics } = check({ name: "a.cflow", text: text.join("\n") }, vocabulary);
  expect(diagnostics.length).toBe(text.length);
  await expect(renderDiagnostics(diagnostics)).toMatchFileSnapshot("./misfits.txt");
});
