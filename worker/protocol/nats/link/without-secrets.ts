/** Server addresses without what may be secret in them. */
export function withoutSecrets(servers: string): string {
  return servers.replaceAll(/\/\/[^@/,\s]*@/g, "//").replaceAll(/(^|,)[^@/,\s]*@/g, "$1");
}
