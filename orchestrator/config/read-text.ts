import { open } from "node:fs/promises";

/** A sweep file is written by hand; anything larger is something else. */
export const maxSweepBytes = 256 * 1024;

export type ReadBytes = (file: string) => Promise<Uint8Array>;

export type ReadText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly message: string };

/** The text of a file of at most 256 KB in UTF-8, or why there is none. */
export async function readText(file: string, readFile: ReadBytes = readHead): Promise<ReadText> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    return { ok: false, message: whyUnreadable(error) };
  }
  if (bytes.length > maxSweepBytes) {
    return { ok: false, message: "the file is larger than 256 KB; a sweep file is a few KB of YAML" };
  }
  return decode(bytes);
}

function decode(bytes: Uint8Array): ReadText {
  try {
    return { ok: true, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    const what = utf16 ? "the file is UTF-16 text" : "the file is not UTF-8 text";
    return { ok: false, message: `${what}; save it as UTF-8` };
  }
}

/** Reads one byte more than is allowed and no further, so that a huge file or an endless device costs nothing. */
async function readHead(file: string): Promise<Uint8Array> {
  const handle = await open(file, "r");
  try {
    const buffer = new Uint8Array(maxSweepBytes + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null);
      length += bytesRead;
      if (bytesRead === 0 || length === buffer.length) return buffer.subarray(0, length);
    }
  } finally {
    await handle.close();
  }
}

function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return "there is no such file";
    case "EISDIR":
      return "this is a folder; name the YAML file in it";
    case "EACCES":
    case "EPERM":
      return "the file may not be read; check its permissions";
    default:
      return `the file cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}
