import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Command } from "commander";
import { sweepJsonSchema } from "../../config/schema.ts";
import { UserError } from "../../errors.ts";
import { note, printJson, type Io } from "../io.ts";

const examples = `
Examples:
  $ seqtune schema --out sweep.schema.json

Editors with a YAML language server complete and check a sweep file that begins with:
  # yaml-language-server: $schema=./sweep.schema.json
`;

export function schemaCommand(program: Command, io: Io): void {
  program
    .command("schema")
    .option("--out <file>", "file to write (default: standard output)")
    .addHelpText("after", examples)
    .action(async ({ out }: { readonly out?: string }) => {
      if (out === undefined) printJson(io, sweepJsonSchema());
      else await write(path.resolve(io.cwd, out), io);
    });
}

async function write(file: string, io: Io): Promise<void> {
  try {
    await writeFile(file, `${JSON.stringify(sweepJsonSchema(), null, 2)}\n`);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
    throw new UserError(`${file} cannot be written (${code}); name another file with --out`, { cause });
  }
  note(io, `wrote ${file}`);
}
