import { request, type IncomingHttpHeaders } from "node:http";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

/** A request as any program may send it, with whatever Host and Origin; not even dots are taken out of the path. */
export async function send(
  address: string,
  path: string,
  options: {
    readonly method?: string;
    readonly headers?: Record<string, string>;
    readonly body?: string;
  } = {},
): Promise<Answer> {
  const { hostname, port } = new URL(address);
  return await new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, path, method: options.method ?? "GET", headers: options.headers },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.once("error", reject);
        answer.once("end", () => {
          const body = Buffer.concat(parts);
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body, text: body.toString() });
        });
      },
    );
    sent.once("error", reject);
    sent.end(options.body);
  });
}

export interface ServerEvent {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

export interface EventReader {
  readonly events: readonly ServerEvent[];
  close(): void;
}

/** Reads a stream of server-sent events until closed. */
export function readEvents(address: string, path: string, headers: Record<string, string> = {}): EventReader {
  const { hostname, port } = new URL(address);
  const events: ServerEvent[] = [];
  let rest = "";
  const sent = request({ hostname, port, path, headers }, (answer) => {
    answer.setEncoding("utf8").on("data", (text: string) => {
      const blocks = (rest + text).split("\n\n");
      rest = blocks.pop()!;
      for (const block of blocks) if (block.includes("event:")) events.push(eventOf(block));
    });
    answer.on("error", () => {});
  });
  sent.on("error", () => {});
  sent.end();
  return {
    events,
    close: () => {
      sent.destroy();
    },
  };
}

function eventOf(block: string): ServerEvent {
  const field = (name: string): string =>
    block
      .split("\n")
      .filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).trimStart())
      .join("\n");
  return { id: field("id"), event: field("event"), data: JSON.parse(field("data")) };
}
