import type { z } from "zod";
import type { SweepDocument } from "./document.ts";
import { sortByPlace, type SweepError } from "./errors.ts";
import type { KeyPath } from "./plain-value.ts";

export interface Finding {
  readonly path: KeyPath;
  /** What the caret points at. Default: the value. */
  readonly at?: "key" | "value";
  readonly message: string;
  readonly allowed?: string | undefined;
}

/** What can be searched in a sweep: the settings of our models, or whatever a program takes. */
export interface Searchable {
  /** `undefined`: any name a parameter can have. */
  readonly names: readonly string[] | undefined;
  /** What the parameter's value can be. */
  readonly schemaOf: (name: string) => z.ZodType;
}

/** Collects what is wrong with one sweep file. */
export class Report {
  private readonly file: string;
  private readonly document: SweepDocument;
  readonly searchable: Searchable;
  private readonly found: SweepError[] = [];

  constructor(file: string, document: SweepDocument, searchable: Searchable) {
    this.file = file;
    this.document = document;
    this.searchable = searchable;
  }

  error(finding: Finding): void {
    this.add("error", finding);
  }

  warn(finding: Finding): void {
    this.add("warning", finding);
  }

  /** The value as it is written in the file: `1.0`, where the value is 1. */
  written(path: KeyPath): string {
    const { text, column, length } = this.document.place(path, "value");
    return text.slice(column - 1, column - 1 + length);
  }

  get errors(): readonly SweepError[] {
    return sortByPlace(this.found.filter(({ severity }) => severity === "error"));
  }

  get warnings(): readonly SweepError[] {
    return sortByPlace(this.found.filter(({ severity }) => severity === "warning"));
  }

  private add(severity: SweepError["severity"], { path, at = "value", message, allowed }: Finding): void {
    this.found.push({
      severity,
      file: this.file,
      place: this.document.place(path, at),
      path: pathText(path),
      message,
      ...(allowed === undefined ? {} : { allowed }),
    });
  }
}

/** `parameters.hidden.values[2]` */
function pathText(path: KeyPath): string {
  return path
    .map((key, i) => (typeof key === "number" ? `[${key}]` : `${i > 0 ? "." : ""}${shortKey(key)}`))
    .join("");
}

function shortKey(key: string): string {
  return key.length > 60 ? `${key.slice(0, 60)}…` : key;
}
