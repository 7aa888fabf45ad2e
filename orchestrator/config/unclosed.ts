import { isCollection, isScalar, visit, type Document, type Node, type YAMLError } from "yaml";

/** Is it about a bracket or quote that was opened earlier than the place the parser names? */
export function isUnclosed({ message }: YAMLError): boolean {
  return message.startsWith("Missing closing") || message.includes("sufficiently indented and end with a");
}

/** Offsets of the last bracket or quote that begins before `offset` and is never closed. Needs source tokens. */
export function openedBefore(document: Document.Parsed, offset: number): [number, number] | undefined {
  let opened: [number, number] | undefined;
  visit(document, {
    Node: (_, node) => {
      const start = node.range?.[0];
      if (start !== undefined && start < offset && isOpen(node)) opened = [start, start + 1];
    },
  });
  return opened;
}

function isOpen(node: Node): boolean {
  const token = isCollection(node) || isScalar(node) ? node.srcToken : undefined;
  if (token?.type === "flow-collection") {
    return !token.end.some(({ type }) => type === "flow-map-end" || type === "flow-seq-end");
  }
  if (token?.type === "single-quoted-scalar") return !/^'[^]*'$/.test(token.source);
  return token?.type === "double-quoted-scalar" && !/^"[^]*"$/.test(token.source);
}
