import type { Finding, FindingStatus } from "../doctor/finding.ts";
import type { Colors } from "../io.ts";
import { fold } from "./fold.ts";
import { printable } from "../../views/text-width.ts";

const statusWidth = "missing".length + 2;

/** The findings, one beneath the other, each with what to do about it. */
export function doctorText(findings: readonly Finding[], columns: number, colors: Colors): string {
  return [findingsText(findings, columns, colors), "", summary(findings)].join("\n");
}

/** `leastWidth`: of the names, where more findings follow. */
export function findingsText(
  findings: readonly Finding[],
  columns: number,
  colors: Colors,
  leastWidth = 0,
): string {
  const nameWidth = findings.reduce((most, { name }) => Math.max(most, name.length), leastWidth) + 2;
  const indent = " ".repeat(statusWidth + nameWidth);
  const lines = findings.flatMap(({ status, name, found, advice }) => {
    const head = `${status.padEnd(statusWidth)}${name.padEnd(nameWidth)}`;
    const [first, ...rest] = fold(`${head}${printable(found)}`, columns, indent);
    const todo = advice === null ? [] : fold(`${indent}→ ${printable(advice)}`, columns, `${indent}  `);
    return [styleOf(status, colors)(status) + first!.slice(status.length), ...rest, ...todo.map(colors.dim)];
  });
  return lines.join("\n");
}

function styleOf(status: FindingStatus, colors: Colors): (text: string) => string {
  switch (status) {
    case "ok":
      return colors.green;
    case "missing":
      return colors.yellow;
    case "problem":
      return colors.red;
    default:
      return status satisfies never;
  }
}

function summary(findings: readonly Finding[]): string {
  const problems = findings.filter(({ status }) => status === "problem").length;
  if (problems > 0) return `${problems} ${problems === 1 ? "problem stands" : "problems stand"} in the way`;
  return "seqtune can train here; what is missing is optional";
}
