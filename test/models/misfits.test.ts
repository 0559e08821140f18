/** What is said, before anything runs, of layers and losses that do not fit; rendered, to be read. */
import { expect, test } from "vitest";
import { vocabulary } from "../../src/cli/vocabulary.js";
import { check, renderDiagnostics } from "../../src/dsl/index.js";

const models = {
  kernel: "conv(4) -> avgpool(8) -> conv(8, size = 5, padding = 0) -> flatten -> dense(outputs)",
  window: "avgpool(4) -> 2 * avgpool(4) -> flatten -> dense(outputs)",
  flat: "flatten -> conv(4)",
  groups: "conv(6) -> groupnorm(4) -> flatten -> dense(outputs)",
  branch: "conv(4) -> residual(conv(8, stride = 2) -> gelu) -> flatten -> dense(outputs)",
  shortcut:
    "conv(4) -> residual(conv(8), shortcut = conv(8, stride = 2)) -> flatten -> dense(outputs)",
  joined: "parallel(conv(4), conv(4, stride = 2) -> gelu) -> flatten -> dense(outputs)",
  outputs: "conv(4)",
};

test("misfits are shown with both shapes and their places", async () => {
  const text = Object.entries(models).map(
    ([name, chain]) => `model ${name} = ${chain}
flow of_${name} {
  dataset = mnist  model = ${name}  loss = cross_entropy  optimizer = gd(0.1)  steps = 1  discrete
}`,
  );
  const { diagnostics } = check({ name: "a.cflow", text: text.join("\n") }, vocabulary);
  expect(diagnostics.length).toBe(Object.keys(models).length);
  await expect(renderDiagnostics(diagnostics)).toMatchFileSnapshot("./misfits.txt");
});
