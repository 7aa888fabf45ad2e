/** What is wrong with a file that could not be read, in words that follow its name. */
export function unreadable(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? cause.code : null;
  return code === "ENOENT" ? "does not exist" : code === "EISDIR" ? "is a folder" : "cannot be read";
}
