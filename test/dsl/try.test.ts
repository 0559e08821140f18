import { parse } from "/work/main/src/dsl/syntax/parse.js";
import { Parser } from "/work/main/src/dsl/syntax/parser.js";
import { readFileSync } from "node:fs";
import { test } from "vitest";
test("x", () => {
const v = new Parser(false);
const texts = readFileSync("/tmp/try.txt","utf8").split("=====\n");
for (const text of texts) {
  console.log(text);
  const tree = parse({name:"a", text}, (d)=>console.log(d.code, d.message, '|', d.help, JSON.stringify(text.slice(d.labels[0].span.start, d.labels[0].span.end)), d.labels.length));
  console.log(JSON.stringify(tree.declarations, (k,v)=> k==="span"||k==="head" ? undefined : v).slice(0,1500));
}
});
