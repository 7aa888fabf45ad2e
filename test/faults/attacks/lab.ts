import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { writeNatsConfig } from "../../../orchestrator/nats-config/write.ts";
import { parseCredentials, type Credentials } from "../../../worker/protocol/nats/link/credentials.ts";
import { workerKeyOf } from "../../../worker/protocol/nats/link/identity.ts";
import { Link } from "../../../worker/protocol/nats/link/link.ts";
import { defaultTimings } from "../../../worker/protocol/nats/link/timings.ts";
import { Lab, quick } from "../../support/nats-lab.ts";
import { NatsServer } from "../../support/nats-server.ts";

/** Who has credentials in a lab that is attacked: two machines, of which the second is the thief's. */
export type Role = "coordinator" | "viewer" | "honest" | "thief";

/** A lab as `seqtune nats-config --user-per-machine honest,thief` sets it up, and connections with stolen credentials. */
export class AttackedLab {
  readonly server: NatsServer;
  readonly lab: Lab;
  private readonly folder: string;
  private readonly links: Link[] = [];

  private constructor(server: NatsServer, lab: Lab, folder: string) {
    this.server = server;
    this.lab = lab;
    this.folder = folder;
  }

  /** Users of whom the server has no list of what they may say and hear are held by their accounts alone. */
  static async start({ withoutLists = [] }: { withoutLists?: readonly Role[] } = {}): Promise<AttackedLab> {
    const folder = await mkdtemp(path.join(tmpdir(), "seqtune-attack-"));
    const server = await NatsServer.start({
      configure: async (port) => {
        const out = path.join(folder, "lab");
        await writeNatsConfig({
          out,
          listen: `127.0.0.1:${port}`,
          hosts: [],
          workers: ["honest", "thief"],
        });
        const file = path.join(out, "nats.conf");
        await writeFile(file, withoutPermissions(await readFile(file, "utf8"), withoutLists));
        return file;
      },
    });
    return new AttackedLab(server, await Lab.create(server), folder);
  }

  async credentials(role: Role): Promise<Credentials> {
    const parsed = parseCredentials(await readFile(path.join(this.folder, "lab", `${role}.creds`), "utf8"));
    if (parsed === null) throw new Error(`${role}.creds cannot be read`);
    return parsed;
  }

  /** The public key of a role. */
  async key(role: Role): Promise<string> {
    const key = workerKeyOf(await this.credentials(role));
    if (key === null) throw new Error(`${role} has no key`);
    return key;
  }

  async as(role: Role): Promise<Link> {
    const timings = { ...defaultTimings, ...quick };
    const options = {
      servers: this.server.url,
      name: `attack as ${role}`,
      ...(await this.credentials(role)),
    };
    const link = await Link.connect(options, timings);
    this.links.push(link);
    return link;
  }

  async end(): Promise<void> {
    for (const link of this.links) await link.close();
    await this.lab.end();
    await this.server.close();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** A server's configuration without the permissions of some of its users, each of whom follows a comment with its name. */
function withoutPermissions(config: string, names: readonly string[]): string {
  let changed = config;
  for (const name of names) {
    const list = new RegExp(
      String.raw`(# ${name}\n +\{\n +nkey: \w+\n)( +)permissions: \{\n[\s\S]*?\n\2\}\n`,
    );
    const without = changed.replace(list, "$1");
    if (without === changed) throw new Error(`the configuration has no permissions of ${name}`);
    changed = without;
  }
  return changed;
}
