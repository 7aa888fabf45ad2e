import { createRequire, Module, register } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Lets `import(name)` find a package in another folder's `node_modules`, and gives that package this project's copy of
 * TF.js: a backend registers itself with the core it imports, so there must be one core only.
 */
export function takeFrom(folder: string, name: string): void {
  const entry = createRequire(path.join(path.resolve(folder), "package.json")).resolve(name);
  const hook = `export async function resolve(specifier, context, next) {
    return specifier === ${JSON.stringify(name)}
      ? { url: ${JSON.stringify(pathToFileURL(entry).href)}, shortCircuit: true }
      : next(specifier, context);
  }`;
  register(`data:text/javascript,${encodeURIComponent(hook)}`);
  shareModules(["@tensorflow/tfjs-core", "@tensorflow/tfjs-layers"]);
}

/** `require` of these finds this project's, from any file. */
function shareModules(names: readonly string[]): void {
  const require = createRequire(import.meta.url);
  const found = new Map(names.map((name) => [name, require.resolve(name)]));
  const key = "_resolveFilename"; // not documented, and what every such tool replaces
  const before = Reflect.get(Module, key) as (request: string, ...rest: unknown[]) => string;
  Reflect.set(Module, key, (request: string, ...rest: unknown[]) => {
    return found.get(request) ?? before.call(Module, request, ...rest);
  });
}
