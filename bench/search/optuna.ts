import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { Params, Space } from "../../search/space.ts";
import type { Optimizer } from "./optimizer.ts";

export const OPTUNA_SAMPLERS = ["tpe", "gp"] as const;

/** Its TPE both ways, whatever its default is, and its Gaussian process set to noisy values. */
export const OPTUNA_NOISY = ["tpe-multivariate", "tpe-independent", "gp"] as const;

export type OptunaSampler = (typeof OPTUNA_SAMPLERS)[number] | (typeof OPTUNA_NOISY)[number];

const PARAMS = z.record(z.string(), z.union([z.number(), z.string()]));

/** A Python process with Optuna that plays one study after another (optuna_ask.py). */
export class Optuna {
  private readonly child: ChildProcess;
  private readonly lines: Interface;
  private failure: string = "";

  constructor(python: string) {
    const script = fileURLToPath(new URL("optuna_ask.py", import.meta.url));
    this.child = spawn(python, [script], { stdio: ["pipe", "pipe", "pipe"] });
    this.lines = createInterface({ input: this.child.stdout! });
    this.child.stderr!.on(
      "data",
      (chunk: Buffer) => (this.failure = (this.failure + chunk.toString()).slice(-2000)),
    );
    this.child.stdin!.on("error", () => undefined);
  }

  study(sampler: OptunaSampler, space: Space, seed: number): Optimizer {
    const parameters = space.parameters.map(({ name, domain, when }) => ({ name, ...domain, when }));
    this.send({ new: sampler, seed, space: parameters });
    return {
      ask: async (trial) => {
        this.send({ ask: trial });
        return PARAMS.parse(JSON.parse(await this.answer())) satisfies Params;
      },
      tell: (trial, value) => this.send({ tell: trial, value }),
    };
  }

  close(): void {
    this.child.stdin!.end();
  }

  private send(message: object): void {
    this.child.stdin!.write(`${JSON.stringify(message)}\n`);
  }

  private async answer(): Promise<string> {
    const ended = new AbortController();
    try {
      const options = { signal: ended.signal };
      const [line] = await Promise.race([
        once(this.lines, "line", options),
        once(this.lines, "close", options),
      ]);
      if (typeof line === "string") return line;
      throw new Error(`Optuna ended: ${this.failure.trim().split("\n").at(-1) ?? "no message"}`);
    } finally {
      ended.abort();
    }
  }
}
