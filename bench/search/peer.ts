import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { Params, Space } from "../../search/space.ts";
import type { Optimizer } from "./optimizer.ts";

/** A script beside this file that plays what it knows, behind ask and tell. */
export interface PeerScript {
  readonly script: string;
  /** Does it say which trial it would name? Else it is the one with the best value. */
  readonly names: boolean;
}

export const OPTUNA: PeerScript = { script: "optuna_ask.py", names: false };
export const OPTUNA_SAMPLERS = ["tpe", "gp"] as const;
/** Its TPE both ways, whatever its default is, and its Gaussian process set to noisy values. */
export const OPTUNA_NOISY = ["tpe-multivariate", "tpe-independent", "gp"] as const;

export const ANCHORS: PeerScript = { script: "anchors_ask.py", names: true };
export const ANCHOR_SAMPLERS = ["qlognei", "smac", "smac-once"] as const;

const PARAMS = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));

/** A Python process that plays one study after another with somebody else's samplers. */
export class Peer {
  private readonly peer: PeerScript;
  private readonly child: ChildProcess;
  private readonly lines: Interface;
  private failure: string = "";

  constructor(python: string, peer: PeerScript) {
    this.peer = peer;
    const script = fileURLToPath(new URL(peer.script, import.meta.url));
    this.child = spawn(python, [script], { stdio: ["pipe", "pipe", "pipe"] });
    this.lines = createInterface({ input: this.child.stdout! });
    this.child.stderr!.on(
      "data",
      (chunk: Buffer) => (this.failure = (this.failure + chunk.toString()).slice(-2000)),
    );
    this.child.stdin!.on("error", () => undefined);
  }

  /** `trials`: how many are going to be asked for. */
  study(sampler: string, space: Space, seed: number, trials: number): Optimizer {
    const parameters = space.parameters.map(({ name, domain, when }) => ({ name, ...domain, when }));
    this.send({ new: sampler, seed, space: parameters, trials });
    return {
      ask: async (trial) => {
        this.send({ ask: trial });
        return PARAMS.parse(JSON.parse(await this.answer())) satisfies Params;
      },
      tell: (trial, value) => this.send({ tell: trial, value }),
      ...(this.peer.names ? { best: () => this.named() } : {}),
    };
  }

  close(): void {
    this.child.stdin!.end();
  }

  private async named(): Promise<number> {
    this.send({ best: true });
    return z.number().parse(JSON.parse(await this.answer()));
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
      throw new Error(`${this.peer.script} ended: ${this.failure.trim().split("\n").at(-1) ?? "no message"}`);
    } finally {
      ended.abort();
    }
  }
}
