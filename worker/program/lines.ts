import { StringDecoder } from "node:string_decoder";

/** No line is kept longer than this; the rest of it is dropped until its end. */
const longestLine = 64 * 1024;

/**
 * Cuts a stream of bytes into lines, in bounded memory whatever comes. A carriage return goes back to the line's beginning, as in
 * a terminal: of a progress bar the last state counts.
 */
export class LineCutter {
  private readonly decoder = new StringDecoder("utf8");
  private readonly onLine: (line: string) => void;
  private rest = "";

  constructor(onLine: (line: string) => void) {
    this.onLine = onLine;
  }

  push(bytes: Buffer): void {
    const text = this.decoder.write(bytes);
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
      this.add(text, from, end);
      this.finish();
      from = end + 1;
    }
    this.add(text, from, text.length);
  }

  /** What stands after the last line's end, as a line. */
  end(): void {
    this.add(this.decoder.end(), 0);
    if (this.rest !== "") this.finish();
  }

  private add(text: string, from: number, to = text.length): void {
    const room = longestLine - this.rest.length;
    if (to - from <= room) {
      this.rest += text.slice(from, to);
      return;
    }
    // The line so far is a progress bar, or too long.
    const newest = text.lastIndexOf("\r", to - 2) + 1;
    if (newest > from) this.rest = text.slice(newest, Math.min(to, newest + longestLine));
    else if (room > 0) this.rest += text.slice(from, from + room);
  }

  private finish(): void {
    const line = this.rest.endsWith("\r") ? this.rest.slice(0, -1) : this.rest;
    this.rest = "";
    this.onLine(line.slice(line.lastIndexOf("\r") + 1));
  }
}
