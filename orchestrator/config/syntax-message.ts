import type { ErrorCode, YAMLError } from "yaml";

const layout =
  "this does not fit the lines around it: indent the keys of one mapping alike, write `key: value` with a space " +
  "after the colon, and put a text that contains `: ` in quotes";

const messages: Readonly<Partial<Record<ErrorCode, string>>> = {
  TAB_AS_INDENT: "a tab indents this line; YAML is indented with spaces only",
  BLOCK_AS_IMPLICIT_KEY: layout,
  MULTILINE_IMPLICIT_KEY: layout,
  BAD_SCALAR_START: "a text that begins with this character needs quotes",
  BAD_DQ_ESCAPE: "this escape is unknown; in a text in double quotes a backslash is written \\\\",
  NON_STRING_KEY: "a key must be a plain word, not a list or a mapping",
  BAD_ALIAS: "aliases (*) are not allowed; write the value out, or put a text in quotes",
  TAG_RESOLVE_FAILED: "tags (!) are not allowed; write the value without",
  RESOURCE_EXHAUSTION: "the file is nested too deeply",
};

/** What a YAML parser's complaint means to somebody who writes a sweep file. */
export function syntaxMessage({ code, message }: YAMLError): string {
  if (message.includes("must be sufficiently indented and end with a")) {
    return "a bracket is opened before this and not closed";
  }
  if (message.startsWith("Missing closing")) return "a quote is opened before this and not closed";
  return messages[code] ?? `this is not YAML: ${message}`;
}
