import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const days = "3650";

/** PEM texts: the lab's own authority, and the server's certificate signed by it. The authority's key is not kept. */
export interface Certificates {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

export class OpensslMissing extends Error {
  constructor(cause: unknown) {
    super(
      "TLS certificates are made by the program openssl, which did not run; install openssl, or leave TLS out (--no-tls)",
      { cause },
    );
    this.name = "OpensslMissing";
  }
}

/** Makes an authority and a certificate for a server known by these names and addresses. */
export async function makeCertificates(hosts: readonly string[]): Promise<Certificates> {
  const folder = await mkdtemp(path.join(tmpdir(), "seqtune-tls-"));
  try {
    return await makeIn(folder, hosts);
  } catch (error) {
    throw new OpensslMissing(error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeIn(cwd: string, hosts: readonly string[]): Promise<Certificates> {
  const openssl = async (...args: string[]): Promise<void> => {
    await run("openssl", args, { cwd });
  };
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const names = hosts.map((host) => `${isIP(host) === 0 ? "DNS" : "IP"}:${host}`).join(",");
  await writeFile(
    path.join(cwd, "extensions"),
    `subjectAltName=${names}\nbasicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\n`,
  );
  await openssl(
    "req",
    "-x509",
    ...newKey,
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-days",
    days,
    "-subj",
    "/CN=seqtune lab authority",
  );
  await openssl(
    "req",
    ...newKey,
    "-keyout",
    "server.key",
    "-out",
    "server.csr",
    "-subj",
    "/CN=seqtune nats-server",
  );
  const signing = ["-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"];
  await openssl("x509", "-req", ...signing, "-out", "server.pem", "-days", days, "-extfile", "extensions");
  const read = async (name: string): Promise<string> => await readFile(path.join(cwd, name), "utf8");
  return {
    authority: await read("ca.pem"),
    certificate: await read("server.pem"),
    key: await read("server.key"),
  };
}
