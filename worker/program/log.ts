import { stripVTControlCharacters } from "node:util";

const keptLines = 200;
const keptChars = 500;
/** Before what is invisible is taken out. */
const mostChars = 4 * keptChars;
/** Of all lines together. */
const keptInAll = 48 * 1024;

/** The last lines a program printed, as plain text: nothing in them moves a cursor or sets a colour. */
export class TailLog {
  private readonly kept: string[] = [];
  private next = 0;

  add(line: string): void {
    this.kept[this.next % keptLines] = line.length > mostChars ? line.slice(0, mostChars) : line;
    this.next += 1;
  }

  /** Oldest first. */
  lines(): string[] {
    const start = this.next > keptLines ? this.next % keptLines : 0;
    const ordered = [...this.kept.slice(start), ...this.kept.slice(0, start)].map(shown);
    let room = keptInAll;
    const first = ordered.findLastIndex((line) => (room -= line.length + 1) < 0) + 1;
    return ordered.slice(first);
  }
}

function shown(line: string): string {
  const plain = plainText(line);
  return plain.length > keptChars ? `${plain.slice(0, keptChars - 1)}…` : plain;
}

// oxlint-disable-next-line no-control-regex -- they are what is taken out
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

function plainText(line: string): string {
  return stripVTControlCharacters(line).replace(controls, "");
}
