import { open, type FileHandle } from "node:fs/promises";

const chunkBytes = 1024 * 1024;

/** Reads what is appended to a file, from its beginning; a file that was cut short is read from its beginning again. */
export class FollowedFile {
  private readonly file: string;
  private readonly onBytes: (bytes: Buffer) => void;
  private handle: FileHandle | null = null;
  private offset = 0;
  private readonly buffer = Buffer.alloc(64 * 1024);
  private reading: Promise<void> = Promise.resolve();

  constructor(file: string, onBytes: (bytes: Buffer) => void) {
    this.file = file;
    this.onBytes = onBytes;
  }

  /** Reads what is new. At most a part of it, so that other work has its turn, unless `all`. */
  async look(all = false): Promise<void> {
    this.reading = this.reading.then(() => this.read(all ? Infinity : chunkBytes)).catch(() => {});
    await this.reading;
  }

  async close(): Promise<void> {
    await this.reading;
    await this.handle?.close();
    this.handle = null;
  }

  private async read(most: number): Promise<void> {
    this.handle ??= await open(this.file, "r");
    const { size } = await this.handle.stat();
    if (size < this.offset) this.offset = 0;
    const until = Math.min(size, this.offset + most);
    while (this.offset < until) {
      const { bytesRead } = await this.handle.read(this.buffer, 0, this.buffer.length, this.offset);
      if (bytesRead === 0) return;
      this.offset += bytesRead;
      this.onBytes(this.buffer.subarray(0, bytesRead));
    }
  }
}
