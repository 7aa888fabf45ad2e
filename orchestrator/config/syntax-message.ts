/** A YAML parser explains what it expected; the author of a sweep file wants to know what to write instead. */
import type { ErrorCode, YAMLError } from "yaml";
import { isUnclosed } from "./unclosed.ts";

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
};

/** What a YAML parser's complaint means to the author of a sweep file. */
export function syntaxMessage(error: YAMLError): string {
  if (isUnclosed(error)) return "this bracket or quote is opened but not closed";
  return messages[error.code] ?? `this is not YAML: ${error.message}`;
}
