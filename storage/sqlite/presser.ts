import { open } from "node:fs/promises";

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

/** Waits until all that was written to the file is on the disk. */
export async function pressFile(file: string): Promise<void> {
  const handle = await open(file, "r");
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
}
