import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

/** A file of the page, in memory. */
export interface Asset {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly gzip: Uint8Array<ArrayBuffer>;
  /** Its name changes with its content, so browsers may keep it. */
  readonly lasting: boolean;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

const built = fileURLToPath(new URL("../../page/build/", import.meta.url));

/**
 * The built page by path (`index.html`, `assets/...`): all there is to serve, read once, so no path leads anywhere else. Empty
 * where it was not built.
 */
export function readAssets(folder: string = built): ReadonlyMap<string, Asset> {
  return new Map(
    filesIn(folder).map((file) => {
      const name = path.relative(folder, file).split(path.sep).join("/");
      const bytes = new Uint8Array(readFileSync(file));
      const gzip = new Uint8Array(gzipSync(bytes));
      const type = types[path.extname(file)] ?? "application/octet-stream";
      return [name, { type, bytes, gzip, lasting: name.startsWith("assets/") }];
    }),
  );
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}
