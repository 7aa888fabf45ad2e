/** A table of GitHub Flavored Markdown; what the cells hold is shown as it is. */
export function toMarkdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(" | ")} |`;
  const rule = `|${head.map(() => "---").join("|")}|`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}

function escaped(text: string): string {
  return text.replace(/[\\`*[\]<>|~&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, "\\$&").replace(/[\r\n]+/g, " ");
}
