// Runs the pipelines of the paper's experiments, draws their figures into docs/gallery, and writes
// docs/gallery.md, which shows them. Options are those that `cflow run` and `cflow plot` share, as in
// `npm run gallery -- --cache DIR`.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cflow } from "./call.js";
import { gallery } from "./gallery-figures.js";
import { fileOf, galleryPage } from "./gallery-page.js";

const options = process.argv.slice(2);
const folder = "docs/gallery";

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const heads = new Map();
for (const { pipelines } of gallery) {
  for (const { file, figures } of pipelines) {
    const path = `pipelines/paper/${file}`;
    heads.set(file, readFileSync(path, "utf8"));
    cflow("run", path, ...options);
    for (const each of figures) {
      const out = `${folder}/${fileOf(file, each)}`;
      cflow(
        "plot",
        path,
        each.figure,
        "--flow",
        each.flow,
        "--together",
        "--to",
        "svg",
        "--out",
        out,
        ...options,
      );
    }
  }
}
writeFileSync("docs/gallery.md", galleryPage(gallery, heads));
process.stderr.write("docs/gallery.md\n");
