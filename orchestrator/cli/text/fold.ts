import { displayWidth } from "../../views/text-width.ts";

/** A sentence in lines no wider than `width`, broken between words; what follows the first is indented. */
export function fold(text: string, width: number, indent = "  "): string[] {
  const lines: string[] = [];
  const [start, ...words] = text.split(/(?<=\S) /);
  let line = start ?? "";
  for (const word of words) {
    const longer = `${line} ${word}`;
    if (line.trim() === "" || displayWidth(longer) <= width) {
      line = longer;
      continue;
    }
    lines.push(line);
    line = `${indent}${word}`;
  }
  return [...lines, line];
}
