import { readdirSync, readFileSync } from "node:fs";

/** Seconds of processor time that a process and all below it have taken, those that ended included once they were waited for. */
export function cpuSeconds(pid: number): number {
  const parents = new Map<number, { readonly parent: number; readonly seconds: number }>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const found = statOf(Number(name));
    if (found !== null) parents.set(Number(name), found);
  }
  const isBelow = (one: number): boolean => {
    for (let at = one; at > 1; at = parents.get(at)?.parent ?? 0) if (at === pid) return true;
    return false;
  };
  return [...parents].reduce((sum, [one, { seconds }]) => sum + (isBelow(one) ? seconds : 0), 0);
}

/** Ticks of 10 ms: user, system, and those of children that were waited for. */
function statOf(pid: number): { readonly parent: number; readonly seconds: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const [parent, ...ticks] = [1, 11, 12, 13, 14].map((i) => Number(fields[i]));
    return { parent: parent!, seconds: ticks.reduce((sum, tick) => sum + tick / 100, 0) };
  } catch {
    return null;
  }
}

/** The process with this name that was started last below this one. */
export function childNamed(name: RegExp, parent: number = process.pid): number | null {
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const pid = Number(entry);
    if (statOf(pid)?.parent !== parent) continue;
    try {
      if (name.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"))) return pid;
    } catch {
      // it has ended meanwhile
    }
  }
  return null;
}

/** Once Chromium has done with what it does by itself when a window is opened: a second in which it takes a twentieth of a core at most. */
export async function quietBrowser(): Promise<void> {
  const pid = childNamed(/chrom/);
  if (pid === null) return;
  for (let before = cpuSeconds(pid), waited = 0; waited < 60; waited++) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const now = cpuSeconds(pid);
    if (now - before < 0.05) return;
    before = now;
  }
}
