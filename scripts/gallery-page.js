// docs/gallery.md as text.
import { introOf } from "../dist/report/intro.js";

/** The name of a figure's picture: its pipeline, its flow and its own name, without brackets. */
export function fileOf(file, { flow, figure }) {
  const variant = flow.replace(/[[\]=,]+/g, "-").replace(/-$/, "");
  return `${file.replace(".cflow", "")}-${variant}-${figure}.svg`;
}

/** @param heads  the text of every pipeline by its file's name */
export function galleryPage(gallery, heads) {
  const parts = gallery.map(({ title, pipelines }) =>
    [`## ${title}`, ...pipelines.map((pipeline) => section(pipeline, heads))].join("\n\n"),
  );
  return `${[
    "# The paper's experiments, reduced",
    "Made by `npm run gallery` from the results of `pipelines/paper`, which it runs if they are not " +
      "kept yet. Each pipeline has small versions of figures of the paper's companion site, " +
      "[centralflows.github.io](https://centralflows.github.io), and its claims say in numbers what they show.",
    ...parts,
  ].join("\n\n")}\n`;
}

function section({ file, title, figures }, heads) {
  const path = `../pipelines/paper/${file}`;
  const [, ...about] = introOf(heads.get(file));
  return [
    `### ${title}`,
    `From [\`pipelines/paper/${file}\`](${path}).`,
    ...about,
    ...figures.map((each) => `![${each.seen}](gallery/${fileOf(file, each)})\n\n${each.seen}`),
  ].join("\n\n");
}
