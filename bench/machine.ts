import os from "node:os";

/** Date and machine, for the head of a result. */
export function machineLine(): string {
  const [first, ...others] = os.cpus();
  const load = os.loadavg()[0]!.toFixed(1);
  const cores = `${others.length + 1} × ${first?.model.trim() ?? "unknown processor"}`;
  return `${new Date().toISOString().slice(0, 10)}, ${cores}, Node ${process.versions.node}, load ${load} at the end`;
}
