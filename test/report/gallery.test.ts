/** The list of docs/gallery.md: pipelines that there are, all of them, and flows that they have. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { vocabulary } from "../../src/cli/vocabulary.js";
import { check } from "../../src/dsl/index.js";

interface Shown {
  readonly flow: string;
  readonly figure: string;
  readonly seen: string;
}
interface Part {
  readonly title: string;
  readonly pipelines: readonly {
    readonly file: string;
    readonly title: string;
    readonly figures: readonly Shown[];
  }[];
}

const script = (name: string) => import(new URL(`../../scripts/${name}`, import.meta.url).href);
const gallery: readonly Part[] = (await script("gallery-figures.js")).gallery;
const { fileOf, galleryPage } = await script("gallery-page.js");
const { pipelineFiles } = await script("pipeline-files.js");

const folder = new URL("../../pipelines/paper/", import.meta.url);
const textOf = (file: string) => readFileSync(new URL(file, folder), "utf8");
const pipelines = gallery.flatMap((part) => part.pipelines);

test.each(pipelines)("$file has the flows that are shown", ({ file, figures }) => {
  const { program } = check({ name: file, text: textOf(file) }, vocabulary, {
    directory: folder.pathname,
  });
  // A flow that is swept is shown with all of its variants, or one of them.
  const names = program!.flows.flatMap(({ name, declared }) => [name, declared]);
  expect(figures.filter(({ flow }) => !names.includes(flow))).toEqual([]);
});

test("every reduced experiment is shown, but the toys", () => {
  const shown = pipelines.map(({ file }) => file).sort();
  const there = readdirSync(folder).filter((name) => name.endsWith(".cflow"));
  expect(shown).toEqual(there.filter((name) => name !== "toy-quadratics.cflow").sort());
});

test("no two pictures have one name, and none needs quoting", () => {
  const names = pipelines.flatMap(({ file, figures }) => figures.map((each) => fileOf(file, each)));
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name: string) => !/^[\w.-]+\.svg$/.test(name))).toEqual([]);
});

test("the page shows each picture under what its pipeline says of itself", () => {
  const figure = { flow: "eos[lr=0.1]", figure: "loss", seen: "It falls." };
  const part = { title: "Part", pipelines: [{ file: "a.cflow", title: "A", figures: [figure] }] };
  const text = "// Title.\n//\n// One\n// paragraph.\n//\n// Another.\n\nparam x = 1\n";
  expect(
    galleryPage([part], new Map([["a.cflow", text]]))
      .split("\n\n")
      .slice(2),
  ).toEqual([
    "## Part",
    "### A",
    "From [`pipelines/paper/a.cflow`](../pipelines/paper/a.cflow).",
    "One paragraph.",
    "Another.",
    "![It falls.](gallery/a-eos-lr-0.1-loss.svg)",
    "It falls.\n",
  ]);
});

test("pipelines that need data and hours are run only by name", () => {
  const all: string[] = pipelineFiles("pipelines");
  expect(all).toContain("pipelines/quickstart.cflow");
  expect(all).toContain("pipelines/paper/gd-one-eigenvalue.cflow");
  expect(all.filter((file) => file.includes("full"))).toEqual([]);
  const full: string[] = pipelineFiles("pipelines/paper/full");
  expect(full).toContain("pipelines/paper/full/gd-vit.cflow");
  expect(full).not.toContain("pipelines/paper/full/models.cflow");
});
