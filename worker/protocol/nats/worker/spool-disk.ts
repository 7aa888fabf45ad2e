import { closeSync, fdatasync, openSync, writeSync } from "node:fs";

/** Where spools are appended to; the simulated lab's fill up and outlive their processes. */
export interface SpoolDisk {
  /** Opens a file to append to it; makes it unless it is there. */
  open(file: string): number;
  /** Returns how many of the bytes had room. */
  write(descriptor: number, bytes: Uint8Array): number;
  /** Presses what was written to the disk, in the background. */
  press(descriptor: number): void;
  close(descriptor: number): void;
}

export const fileSystem: SpoolDisk = {
  open: (file) => openSync(file, "a", 0o600),
  write: (descriptor, bytes) => writeSync(descriptor, bytes),
  press: (descriptor) => fdatasync(descriptor, () => {}), // when it fails the line is still in the file
  close: (descriptor) => closeSync(descriptor),
};
