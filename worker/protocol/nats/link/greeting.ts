import { connect } from "node:net";
import { z } from "zod";
import type { Clock } from "../../clock.ts";

const greetingSchema = z.object({ tls_verify: z.boolean().optional() });

/** Longest first line that a server says, bytes. */
const limit = 64 * 1024;

/**
 * Does the server at this address ask clients for a certificate? Its first words, which come before any encryption, say so. The
 * connection of a client that has none is closed without a reason.
 */
export async function asksForCertificate(
  host: string,
  port: number,
  clock: Clock,
  ms: number,
): Promise<boolean> {
  return await new Promise<boolean>((resolve) => {
    let heard = "";
    const socket = connect({ host, port });
    const settle = (answer: boolean): void => {
      stopWaiting();
      socket.destroy();
      resolve(answer);
    };
    const stopWaiting = clock.after(ms, () => settle(false));
    socket.setEncoding("utf8").on("data", (text: string) => {
      heard += text;
      const [, json] = /^INFO (.*)\r?\n/.exec(heard) ?? [];
      if (json !== undefined) settle(verifies(json));
      else if (heard.length > limit) settle(false);
    });
    socket.once("error", () => settle(false));
    socket.once("close", () => settle(false));
  });
}

function verifies(json: string): boolean {
  try {
    return greetingSchema.parse(JSON.parse(json)).tls_verify === true;
  } catch {
    return false; // it is no NATS server, which other words say
  }
}
