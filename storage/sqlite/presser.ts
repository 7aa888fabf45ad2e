import { closeSync, fdatasync, openSync } from "node:fs";
import { promisify } from "node:util";

const waitForDisk = promisify(fdatasync);

/** Runs `press` for those who ask; who asks while it runs shares the next run with others, for the one under way may come too early. */
export class Presser {
  private readonly press: () => Promise<void>;
  private running: Promise<void> | null = null;
  private next: Promise<void> | null = null;

  constructor(press: () => Promise<void>) {
    this.press = press;
  }

  /** Settles with a run that began after this call. */
  async pressed(): Promise<void> {
    if (this.running === null) return await this.run();
    this.next ??= this.afterThis(this.running);
    await this.next;
  }

  private async afterThis(running: Promise<void>): Promise<void> {
    await running.catch(() => {}); // its own callers hear why
    this.next = null;
    await this.run();
  }

  private async run(): Promise<void> {
    this.running = this.press();
    try {
      await this.running;
    } finally {
      this.running = null;
    }
  }
}

/** A file that others write. It stays open from the first time that something is waited for. */
export class PressedFile {
  private readonly locate: () => string;
  private descriptor: number | null = null;
  private isPressing = false;
  private isClosed = false;

  /** `locate`: where it is, asked when it is opened. */
  constructor(locate: () => string) {
    this.locate = locate;
  }

  /** Settles when all that was written to the file is on the disk. One call at a time. */
  async press(): Promise<void> {
    this.descriptor ??= openSync(this.locate(), "r");
    this.isPressing = true;
    try {
      await waitForDisk(this.descriptor);
    } finally {
      this.isPressing = false;
      if (this.isClosed) this.close();
    }
  }

  /** At once, or when what is waited for is on the disk. */
  close(): void {
    this.isClosed = true;
    if (this.descriptor === null || this.isPressing) return;
    closeSync(this.descriptor);
    this.descriptor = null;
  }
}
