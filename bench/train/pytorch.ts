import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Contender, Shape } from "./contenders.ts";

/** PyTorch in a process of its own, asked step by step. */
export class Torch {
  readonly version: string;
  private readonly ask: (request: object) => Promise<unknown>;
  private readonly end: () => Promise<void>;

  private constructor(version: string, ask: (request: object) => Promise<unknown>, end: () => Promise<void>) {
    this.version = version;
    this.ask = ask;
    this.end = end;
  }

  static async start(python: string): Promise<Torch> {
    const script = fileURLToPath(new URL("./pytorch.py", import.meta.url));
    const child = spawn(python, [script], { stdio: ["pipe", "pipe", "inherit"] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const answer = async (): Promise<unknown> => {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${python} ended; is torch installed there?`);
      return JSON.parse(value);
    };
    const { torch } = (await answer()) as { torch: string };
    const ask = (request: object): Promise<unknown> => {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return answer();
    };
    const end = async (): Promise<void> => {
      child.stdin.end();
      await once(child, "exit");
    };
    return new Torch(torch, ask, end);
  }

  async contender(shape: Shape): Promise<Contender> {
    const { window, hidden, layers, batch, features, cell = "lstm" } = shape;
    const { bidirectional = false, lengths = false } = shape;
    await this.ask({ setup: { window, hidden, layers, batch, features, cell, bidirectional, lengths } });
    return {
      name: "PyTorch",
      steps: async (count) => (await this.ask({ steps: count })) as number[],
      dispose: () => {},
    };
  }

  close(): Promise<void> {
    return this.end();
  }
}
