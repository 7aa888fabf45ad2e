import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const inSource = import.meta.url.endsWith(".ts");

/** seqtune's own version, from package.json beside the sources or above dist/. Read without zod: `--version` is quick. */
export const version: string = String(
  Object(require(inSource ? "../package.json" : "../../package.json")).version,
);
