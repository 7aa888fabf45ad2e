import { z } from "zod";
import type { Params } from "../../search/space.ts";
import type { Study, Trial } from "../../storage/store.ts";
import { ArchiveDamaged, readArchive } from "../../worker/protocol/program/archive.ts";
import { version } from "../../worker/version.ts";
import { UserError } from "../errors.ts";

/** Where the output folder of a program comes from. */
export interface ProgramProvenance {
  readonly seqtune: string;
  readonly study: { readonly name: string; readonly key: string; readonly seed: number };
  readonly trial: number;
  readonly seed: number;
  readonly params: Params;
  /** As in the sweep file. */
  readonly command: readonly string[];
  readonly epoch: number;
  readonly metric: { readonly name: string; readonly goal: string; readonly value: number | null };
  /** Everything in the folder but this file. */
  readonly files: readonly string[];
  readonly trained_at: string | null;
}

const configSchema = z.object({ program: z.object({ command: z.array(z.string()).optional() }) });

/** Are the study's trials runs of a program? */
export function isProgramStudy({ config }: Pick<Study, "config">): boolean {
  return configSchema.safeParse(config).success;
}

/** What a trial's program put into its output folder, and where it comes from. Throws `UserError`. */
export function programContent(
  study: Study,
  trial: Trial,
  bytes: Uint8Array,
): { readonly files: Readonly<Record<string, string | Uint8Array>>; readonly provenance: ProgramProvenance } {
  const { program } = configSchema.parse(study.config);
  const files = outputOf(bytes);
  const provenance: ProgramProvenance = {
    seqtune: version,
    study: { name: study.name, key: study.key, seed: study.seed },
    trial: trial.number,
    seed: trial.seed,
    params: trial.params,
    command: program.command ?? [],
    epoch: trial.model?.epoch ?? 0,
    metric: { name: study.metric, goal: study.goal, value: trial.value },
    files: Object.keys(files),
    trained_at: trial.endedAt === null ? null : new Date(trial.endedAt).toISOString(),
  };
  return { files: { ...files, "provenance.json": `${JSON.stringify(provenance, null, 2)}\n` }, provenance };
}

function outputOf(bytes: Uint8Array): Readonly<Record<string, Uint8Array>> {
  try {
    return readArchive(bytes);
  } catch (error) {
    if (!(error instanceof ArchiveDamaged)) throw error;
    throw new UserError(`what the program put into its output folder cannot be read back: ${error.message}`);
  }
}
