import { expect, test } from "vitest";
import { ebnf } from "../../src/dsl/syntax/ebnf.js";

test("grammar/cflow.ebnf is the grammar of the parser (`npm run grammar` writes it anew)", async () => {
  await expect(ebnf()).toMatchFileSnapshot("../../grammar/cflow.ebnf");
});
