import { describe, expect, it } from "vitest";
import { addressIn, noPart, selectionIn } from "../../src/results/address.js";

const steps = ["toy", "toy.discrete", "toy[lr=0.5].discrete", "eos.central", 'expect "a.b"'];

describe("a step", () => {
  it.each([
    ["eos.central", { step: "eos.central" }],
    ["eos.central.train_loss", { step: "eos.central", part: "train_loss" }],
    ["toy.discrete.train_loss", { step: "toy.discrete", part: "train_loss" }],
    ["toy.deviation", { step: "toy", part: "deviation" }],
    ["toy[lr=0.5].discrete.nu[0]", { step: "toy[lr=0.5].discrete", part: "nu[0]" }],
    ["eos.central.optimizer.t", { step: "eos.central", part: "optimizer.t" }],
    ['expect "a.b"', { step: 'expect "a.b"' }],
    ["eos.centra", undefined],
    ["eos.central[0]", undefined],
    ["eos", undefined],
  ])("in %s", (text, address) => {
    expect(addressIn(steps, text)).toEqual(address);
    expect(addressIn([...steps].reverse(), text)).toEqual(address);
  });
});

describe("a series", () => {
  it.each([
    ["loss", { name: "loss" }],
    ["nu[12]", { name: "nu", component: 12 }],
    ["odd[0]", { name: "odd[0]" }],
    ["odd[0][1]", { name: "odd[0]", component: 1 }],
    ["nu[]", undefined],
    ["nu[-1]", undefined],
    ["eta[0]", undefined],
  ])("in %s", (part, selection) => {
    expect(selectionIn(["loss", "nu", "odd[0]"], part)).toEqual(selection);
  });

  it("that isn't there is told of with its nearest, or with what there is", () => {
    expect(noPart("eos", "train_los", ["train_loss", "step"]).help).toBe(
      "did you mean 'train_loss'?",
    );
    expect(noPart("eos", "x", ["loss", "nu"])).toEqual({
      misfit: "'eos' has no 'x'",
      help: "it has loss, nu",
    });
  });
});
