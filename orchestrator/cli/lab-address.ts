import type { NatsAuth } from "../../worker/protocol/nats/link/credentials.ts";
import { UserError } from "../errors.ts";

/** Splits `nats://user:password@host` and `nats://token@host` into address and credentials. */
export function withoutUserinfo(servers: string): { readonly servers: string; readonly auth?: NatsAuth } {
  let auth: NatsAuth | undefined;
  const addresses = servers.split(",").map((server) => {
    const match = /^([a-z]+:\/\/)?(?:(.*)@)?([^@]*)$/s.exec(server.trim());
    const [, scheme = "", userinfo, host = ""] = match ?? [];
    if (userinfo !== undefined) auth = authOfUserinfo(userinfo);
    if (!/^(?:[A-Za-z0-9._-]+|\[[0-9a-fA-F:.%]+\])(?::\d{1,5})?\/?$/.test(host)) {
      throw new UserError(
        `"${scheme}${host}" is not the address of a NATS server; write it like nats://lab:4222`,
      );
    }
    if (!["", "nats://", "tls://"].includes(scheme)) {
      throw new UserError(
        `${scheme} is not supported; write the NATS server like nats://lab:4222 or tls://lab:4222`,
      );
    }
    return `${scheme}${host.replace(/\/$/, "")}`;
  });
  return { servers: addresses.join(","), ...(auth === undefined ? {} : { auth }) };
}

function authOfUserinfo(userinfo: string): NatsAuth {
  const [user = "", ...password] = userinfo.split(":");
  const decode = (text: string): string => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };
  if (password.length === 0) return { kind: "token", token: decode(user) };
  return { kind: "password", user: decode(user), password: decode(password.join(":")) };
}
