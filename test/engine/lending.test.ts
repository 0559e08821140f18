import { describe, expect, it } from "vitest";
import { lending } from "../../src/engine/lending.js";

function places(capacity: number) {
  let made = 0;
  const { lend } = lending(capacity, () => ({ number: ++made }));
  const used = (borrower: object) =>
    lend(borrower, async ({ number }, isNew) => `${number}${isNew ? " new" : ""}`);
  return { lend, used, made: () => made };
}

const [a, b, c] = [{}, {}, {}];

describe("lending", () => {
  it("leaves a place to its borrower until others want all there are", async () => {
    const { used, made } = places(2);
    expect([await used(a), await used(b), await used(a)]).toEqual(["1 new", "2 new", "1"]);
    // b's is the longest unused.
    expect([await used(c), await used(a), await used(b)]).toEqual(["2 new", "1", "2 new"]);
    expect(made()).toBe(2);
  });

  it("takes no place that is worked in, and makes more instead", async () => {
    const { lend, used, made } = places(1);
    const inA = await lend(a, async ({ number }) => [number, await used(b), await used(a)]);
    expect(inA).toEqual([1, "2 new", "1"]);
    expect(await used(c)).toBe("2 new");
    expect(made()).toBe(2);
  });

  it("is done with a place though the work there fails", async () => {
    const { lend, used } = places(1);
    await expect(lend(a, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await used(b)).toBe("1 new");
  });
});
