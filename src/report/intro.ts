/** What a pipeline says of itself. */

/** Paragraphs of the comment that a text begins with. */
export function introOf(text: string): string[] {
  const lines: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, comment] = /^\/\/ ?(.*)$/.exec(line) ?? [];
    if (comment === undefined) break;
    lines.push(comment.trim());
  }
  const paragraphs = lines.join("\n").split(/\n{2,}/);
  return paragraphs.map((each) => each.replaceAll("\n", " ").trim()).filter((each) => each !== "");
}
