/** The folder of the benchmark's sources, wherever they were compiled to. */
export const home = new URL("../../", import.meta.url);
