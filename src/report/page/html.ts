/** HTML from templates: whatever is put in is text, unless it was made by a template itself. */

export interface Markup {
  readonly markup: string;
}

export type Content = string | number | Markup | readonly Content[] | undefined | false;

export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  const markup = parts.map((part, i) => (i === 0 ? part : `${rendered(contents[i - 1])}${part}`));
  return { markup: markup.join("") };
}

/** Text that is markup already, such as a drawing. */
export const raw = (markup: string): Markup => ({ markup });

function rendered(content: Content): string {
  if (content === undefined || content === false) return "";
  if (typeof content === "string" || typeof content === "number") return escaped(String(content));
  return "markup" in content ? content.markup : content.map(rendered).join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Controls that HTML has no way to write become the sign for what cannot be shown. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what it is about
const controls = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g;

function escaped(text: string): string {
  return text.replace(controls, "\ufffd").replace(/[&<>"']/g, (character) => entities[character]!);
}
