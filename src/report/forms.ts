/** What figures can be written as. */
export const figureForms = ["svg", "png"] as const;
export type FigureForm = (typeof figureForms)[number];
