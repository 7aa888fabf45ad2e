import type { YAMLError } from "yaml";

/** What a YAML parser's complaint means to somebody who writes a sweep file. */
export function syntaxMessage(error: YAMLError): string {
  switch (error.code) {
    case "TAB_AS_INDENT":
      return "a tab indents this line; YAML is indented with spaces only";
    case "BLOCK_AS_IMPLICIT_KEY":
    case "MULTILINE_IMPLICIT_KEY":
      return (
        "this does not fit the lines around it: indent keys of one mapping alike, " +
        "write `key: value` with a space after the colon, and put texts with `: ` in quotes"
      );
    case "BAD_INDENT":
      return error.message.includes("end with a")
        ? "a bracket is opened before this and not closed"
        : "this line is indented less than what it belongs to";
    case "MISSING_CHAR":
      return error.message.includes("quote") ? "a quote is opened before this and not closed" : error.message;
    case "BAD_SCALAR_START":
      return "a text that begins with this character needs quotes";
    case "NON_STRING_KEY":
      return "a key must be a plain word, not a list or a mapping";
    case "BAD_ALIAS":
      return "aliases (*) are not allowed; write the value out, or put a text in quotes";
    case "TAG_RESOLVE_FAILED":
      return "tags (!) are not allowed; write the value without";
    case "RESOURCE_EXHAUSTION":
      return "the file is nested too deeply";
    default:
      return `this is not YAML: ${error.message}`;
  }
}
