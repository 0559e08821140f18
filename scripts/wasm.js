// Assembles src/linalg/kernels/blocks.wat into the TypeScript file beside it.
import { readFileSync, writeFileSync } from "node:fs";
import wabt from "wabt";

const folder = new URL("../src/linalg/kernels/", import.meta.url);
const { parseWat } = await wabt();
const text = readFileSync(new URL("blocks.wat", folder), "utf8");
const module = parseWat("blocks.wat", text, { simd: true });
const { buffer } = module.toBinary({});
module.destroy();
const encoded = Buffer.from(buffer).toString("base64");
const lines = encoded.match(/.{1,90}/g).map((line) => `  "${line}",`);
writeFileSync(
  new URL("binary.ts", folder),
  `/** blocks.wat, assembled: \`npm run wasm\` writes this file. */\nexport const binary = [\n${lines.join("\n")}\n].join("");\n`,
);
