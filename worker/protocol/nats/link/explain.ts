import { errors } from "@nats-io/transport-node";
import { z } from "zod";
import { isOutOfRoom } from "./api-errors.ts";
import { LimitsReached, NatsBusError, NotAllowed } from "./errors.ts";
import {
  CertificateDates,
  CredentialsRefused,
  NotNats,
  OtherName,
  ServerUnreachable,
  TlsFailed,
} from "./server-errors.ts";

const dateCodes = new Set(["CERT_NOT_YET_VALID", "CERT_HAS_EXPIRED"]);
/** Of the system, for a server that cannot be reached. Other codes are of files, databases, parsers: not the server's. */
const networkCodes =
  /^(?:ECONN\w+|EHOST\w+|ENET\w+|EADDR\w+|EPIPE|ETIMEDOUT|ENOTCONN|ENOTFOUND|EAI_\w+|ERR_SOCKET_\w+)$/;
const tlsCodes = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL|EPROTO/;

/** The client library's errors in words of ours; anything else is passed on. */
export function explain(error: unknown, servers: string): Error {
  if (error instanceof NatsBusError) return error;
  if (!(error instanceof Error)) return new ServerUnreachable(servers, String(error), error);
  const refused = permissionOf(error);
  if (refused !== null)
    return new NotAllowed(refused.subject, refused.operation === "publish" ? "use" : "read", error);
  if (error instanceof errors.AuthorizationError || error instanceof errors.UserAuthenticationExpiredError) {
    return new CredentialsRefused(servers, error);
  }
  if (isOutOfRoom(error)) return new LimitsReached("what the lab stores there", error);
  const code = codeOf(error) ?? codeOf(error.cause) ?? "";
  const reason = error.message === "" ? code : error.message;
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return new OtherName(servers, namesIn(error), error);
  if (dateCodes.has(code)) return new CertificateDates(servers, reason, error);
  if (tlsCodes.test(code) || /certificate|tls/i.test(reason)) return new TlsFailed(servers, reason, error);
  if (reason === "unexpected response from server") return new NotNats(servers, error);
  if (
    error instanceof errors.ConnectionError ||
    error instanceof errors.TimeoutError ||
    isOfNetwork(error, code)
  ) {
    return new ServerUnreachable(servers, reason, error);
  }
  return error;
}

/** A firewall may refuse a connection with EPERM or EACCES, which are codes of files elsewhere. */
function isOfNetwork(error: Error, code: string): boolean {
  return networkCodes.test(code) || ("syscall" in error && error.syscall === "connect");
}

function permissionOf(error: Error): InstanceType<typeof errors.PermissionViolationError> | null {
  if (error instanceof errors.PermissionViolationError) return error;
  return error.cause instanceof errors.PermissionViolationError ? error.cause : null;
}

/** `DNS:lab.example.org, IP Address:10.0.0.5`: whom the certificate of a refused server is for. */
function namesIn(error: unknown): string {
  if (typeof error !== "object" || error === null) return "none";
  const own = namedCertificate.safeParse(error).data?.cert.subjectaltname;
  return own ?? ("cause" in error ? namesIn(error.cause) : "none");
}

const namedCertificate = z.object({ cert: z.object({ subjectaltname: z.string() }) });

function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
