/** What plans can be drawn as. */
export const graphForms = ["terminal", "mermaid", "dot", "svg"] as const;
export type GraphForm = (typeof graphForms)[number];
