import { spawnSync } from "node:child_process";

/** A Python that has these modules: SEQTUNE_PYTHON, else python3; `null` where there is none. */
export function pythonWith(...modules: readonly string[]): string | null {
  const named = process.env["SEQTUNE_PYTHON"];
  const candidates = named === undefined || named === "" ? ["python3"] : [named];
  const env = { KERAS_BACKEND: "torch", ...process.env };
  const imports = modules.map((name) => `import ${name}`).join("\n");
  return candidates.find((python) => spawnSync(python, ["-c", imports], { env }).status === 0) ?? null;
}

/** What a program in Python prints, as JSON. */
export function askPython(python: string, program: string, args: readonly string[]): unknown {
  const { status, stdout, stderr } = spawnSync(python, ["-W", "ignore", "-c", program, ...args], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`python ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}
