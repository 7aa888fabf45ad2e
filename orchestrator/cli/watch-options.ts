import { InvalidArgumentError, Option, type Command } from "commander";
import type { MetricsAddress } from "../metrics/serve.ts";

/** How monitoring systems follow a process. */
export interface WatchFlags {
  readonly metrics?: MetricsAddress;
  readonly log?: "json";
}

const defaultPort = 9464;

export function watchOptions(command: Command): Command {
  return command
    .option(
      "--metrics <address>",
      `serve metrics for Prometheus at this address, with /healthz: 127.0.0.1:${defaultPort} (docs/lab.md)`,
      metricsAddress,
    )
    .addOption(
      new Option(
        "--log <format>",
        "write structured events to standard error, one JSON object per line",
      ).choices(["json"]),
    );
}

/** `127.0.0.1:9464`, `[::1]:9464`, `:9464` (every address), `9464` (this machine only). */
function metricsAddress(text: string): MetricsAddress {
  const [, v6, name = "", digits = ""] =
    /^(?:(?:\[([0-9a-fA-F:.]+)\]|([\w.-]*)):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === "" || port > 65_535)
    throw new InvalidArgumentError(`It must be an address and a port, such as 127.0.0.1:${defaultPort}.`);
  if (text.startsWith(":")) return { host: "0.0.0.0", port };
  return { host: v6 ?? (name || "127.0.0.1"), port };
}
