import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isAlive } from "./alive.ts";
import { until } from "./until.ts";

/** Is a program of that name installed here? */
export function isInstalled(program: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Puts `seqtune`, run from its sources, into the folder `bin` below `folder`; returns that folder. */
export function binFolder(folder: string): string {
  const bin = path.join(folder, "bin");
  const root = fileURLToPath(new URL("../../", import.meta.url));
  mkdirSync(bin, { recursive: true });
  const file = path.join(bin, "seqtune");
  const main = path.join(root, "orchestrator/cli/main.ts");
  const tsx = pathToFileURL(path.join(root, "node_modules/tsx/dist/loader.mjs")).href;
  // One process, which signals reach.
  writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" --import "${tsx}" "${main}" "$@"\n`);
  chmodSync(file, 0o755);
  return bin;
}

let terminals = 0;

/** A real terminal, kept by tmux, with a shell in it. */
export class Terminal {
  private readonly socket = `seqtune-test-${process.pid}-${terminals++}`;

  constructor(command: string, cwd: string, { columns = 120, rows = 36 } = {}) {
    const size = ["-x", String(columns), "-y", String(rows)];
    const PATH = `${binFolder(cwd)}:${process.env["PATH"] ?? ""}`;
    const env: NodeJS.ProcessEnv = { ...process.env, PATH, HOME: cwd, TERM: "xterm-256color" };
    delete env["FORCE_COLOR"];
    delete env["CI"];
    const args = ["-L", this.socket, "-f", "/dev/null", "new-session", "-d", ...size, "-c", cwd, command];
    execFileSync("tmux", args, { env });
  }

  /** Keys by tmux's names (`Enter`, `Escape`, `C-c`), other words letter by letter. */
  press(...keys: readonly string[]): void {
    this.tmux("send-keys", ...keys);
  }

  /** What stands on it. */
  text(): string {
    return this.tmux("capture-pane", "-p");
  }

  /** Waits until that stands on it. */
  async shows(what: string | RegExp): Promise<string> {
    const isThere = (): boolean => {
      const text = this.text();
      return typeof what === "string" ? text.includes(what) : what.test(text);
    };
    try {
      await until(isThere, String(what));
    } catch (cause) {
      throw new Error(`the terminal does not show ${String(what)}, but:\n${this.text()}`, { cause });
    }
    return this.text();
  }

  /** The buffer for full-screen programs is shown; the cursor is seen. */
  state(): { readonly alternate: boolean; readonly cursor: boolean } {
    const [alternate, cursor] = this.tmux("display-message", "-p", "#{alternate_on} #{cursor_flag}")
      .trim()
      .split(" ");
    return { alternate: alternate === "1", cursor: cursor === "1" };
  }

  /** Ends it, and waits for its shell, which may still write its history. */
  async close(): Promise<void> {
    const shell = Number(this.tmux("display-message", "-p", "#{pane_pid}"));
    this.tmux("kill-server");
    await until(() => !isAlive(shell), "the end of the terminal's shell");
  }

  private tmux(...args: readonly string[]): string {
    return execFileSync("tmux", ["-L", this.socket, ...args], { encoding: "utf8" });
  }
}
