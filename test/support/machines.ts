import { execFile, execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";

const run = promisify(execFile);

interface Machine {
  readonly process: ChildProcess;
  readonly address: string;
}

/**
 * Machines with addresses of their own on one network: each a network namespace, joined by a bridge, whose cable can
 * be pulled. All of it belongs to a user namespace, so no rights are needed where those are allowed.
 */
export class Machines {
  private readonly hub: ChildProcess;
  private readonly machines = new Map<string, Machine>();

  private constructor(hub: ChildProcess) {
    this.hub = hub;
  }

  /** Why this computer cannot have such machines; `null`: it can. */
  static obstacle(): string | null {
    try {
      const bridge = "ip link add name lab type bridge && ip link add name one type veth peer name two";
      execFileSync("unshare", ["-rn", "sh", "-c", bridge], { stdio: ["ignore", "ignore", "pipe"] });
      return null;
    } catch (error) {
      return error instanceof Error ? error.message.replaceAll("\n", " ") : String(error);
    }
  }

  static async connected(...names: readonly string[]): Promise<Machines> {
    const hub = await holding("unshare", ["-rn"], "ip link add name lab type bridge && ip link set lab up");
    const machines = new Machines(hub);
    for (const name of names) await machines.add(name);
    return machines;
  }

  address(name: string): string {
    return this.machine(name).address;
  }

  /** A command that runs the command it is given on this machine. */
  on(name: string): readonly [string, ...string[]] {
    return into(this.machine(name).process);
  }

  async pullCable(name: string): Promise<void> {
    await this.atHub("link", "set", name, "down");
  }

  async plugIn(name: string): Promise<void> {
    await this.atHub("link", "set", name, "up");
  }

  async close(): Promise<void> {
    for (const process of [...this.machines.values()].map((machine) => machine.process).concat(this.hub)) {
      const ended = once(process, "exit");
      process.kill("SIGKILL");
      await ended;
    }
  }

  private async add(name: string): Promise<void> {
    const [command, ...args] = into(this.hub);
    const process = await holding(command, [...args, "unshare", "-n"], "ip link set lo up");
    const address = `10.77.0.${this.machines.size + 1}`;
    this.machines.set(name, { process, address });
    const netns = String(process.pid);
    await this.atHub("link", "add", "name", name, "type", "veth", "peer", "name", "eth0", "netns", netns);
    await this.atHub("link", "set", name, "master", "lab", "up");
    await ip(process, "addr", "add", `${address}/24`, "dev", "eth0");
    await ip(process, "link", "set", "eth0", "up");
  }

  private async atHub(...args: readonly string[]): Promise<void> {
    await ip(this.hub, ...args);
  }

  private machine(name: string): Machine {
    const machine = this.machines.get(name);
    if (machine === undefined) throw new Error(`there is no machine ${name}`);
    return machine;
  }
}

/** Starts a process that does something first and then only keeps its namespaces alive. */
async function holding(command: string, args: readonly string[], first: string): Promise<ChildProcess> {
  const script = `${first} && echo ready && exec sleep infinity`;
  const holder = spawn(command, [...args, "sh", "-c", script], { stdio: ["ignore", "pipe", "inherit"] });
  const failed = once(holder, "exit").then(() => Promise.reject(new Error(`${first}: failed`)));
  await Promise.race([once(holder.stdout, "data"), failed]);
  return holder;
}

function into({ pid }: ChildProcess): readonly [string, ...string[]] {
  return ["nsenter", "--preserve-credentials", "-U", "-n", "-t", String(pid), `--wd=${process.cwd()}`];
}

async function ip(where: ChildProcess, ...args: readonly string[]): Promise<void> {
  const [command, ...enter] = into(where);
  await run(command, [...enter, "ip", ...args]);
}
