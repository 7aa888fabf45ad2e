import type { ReadStream, WriteStream } from "node:tty";

const escape = "\u001b";
// The alternate buffer leaves what stood on the terminal untouched; the cursor is hidden on it.
const enter = `${escape}[?1049h${escape}[?25l`;
const leave = `${escape}[?25h${escape}[?1049l`;
// Terminals that know it show nothing of a picture before it is whole.
const begin = `${escape}[?2026h${escape}[H`;
const end = `${escape}[J${escape}[?2026l`;
const suspend = "\u001a";

export interface ScreenEvents {
  /** Keys as the terminal sends them, one at a time. */
  key(key: string): void;
  /** What was drawn is gone, or the size has changed. */
  redraw(): void;
  /** The terminal or the system wants an end. */
  quit(): void;
}

/** The whole terminal until it is closed; however the process ends, the terminal is as it was. */
export class Screen {
  private readonly input: ReadStream;
  private readonly output: WriteStream;
  private readonly events: ScreenEvents;
  private isOpen = false;
  private readonly onData = (data: Buffer | string): void => this.receive(String(data));
  private readonly onResize = (): void => this.events.redraw();
  private readonly onQuit = (): void => this.events.quit();
  private readonly onExit = (): void => this.show(leave);
  private readonly onContinue = (): void => {
    if (!this.isOpen) return;
    this.input.setRawMode(true);
    this.show(enter);
    this.events.redraw();
  };

  constructor(input: ReadStream, output: WriteStream, events: ScreenEvents) {
    this.input = input;
    this.output = output;
    this.events = events;
  }

  open(): void {
    this.isOpen = true;
    this.input.setRawMode(true);
    this.input.on("data", this.onData).on("end", this.onQuit).resume();
    this.output.on("resize", this.onResize);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, this.onQuit);
    process.on("SIGCONT", this.onContinue).on("exit", this.onExit);
    this.show(enter);
  }

  get size(): { readonly columns: number; readonly rows: number } {
    return { columns: this.output.columns || 80, rows: this.output.rows || 24 };
  }

  /** Lines from the top, each no wider than the terminal. */
  draw(lines: readonly string[]): void {
    if (!this.isOpen) return;
    const shown = lines.slice(0, this.size.rows).map((line) => `${line}${escape}[K`);
    this.show(`${begin}${shown.join("\r\n")}${end}`);
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.input.off("data", this.onData).off("end", this.onQuit).pause();
    this.input.setRawMode(false);
    this.output.off("resize", this.onResize);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.off(signal, this.onQuit);
    process.off("SIGCONT", this.onContinue).off("exit", this.onExit);
    this.show(leave);
  }

  private show(text: string): void {
    this.output.write(text);
  }

  private receive(data: string): void {
    for (const key of keysOf(data)) {
      if (key === suspend) this.suspend();
      else this.events.key(key);
    }
  }

  /** Ctrl-Z: back to the shell with the terminal as it was; `fg` comes back here. */
  private suspend(): void {
    this.input.setRawMode(false);
    this.show(leave);
    process.kill(process.pid, "SIGTSTP");
  }
}

/** What was typed or pasted at once, key by key. */
export function keysOf(data: string): readonly string[] {
  // eslint-disable-next-line no-control-regex -- keys are escape sequences
  return data.match(/\u001b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z])|[\s\S]/gu) ?? [];
}
