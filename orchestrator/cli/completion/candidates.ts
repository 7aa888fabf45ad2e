import type { Argument, Command, Option } from "commander";

/** Something that may stand where the cursor is. */
export interface Candidate {
  readonly value: string;
  /** One line, or empty. */
  readonly about: string;
}

/** What can stand there: some words, or the name of a file. */
export interface Completion {
  readonly candidates: readonly Candidate[];
  readonly files: boolean;
}

/** Where names of things come from that only a database knows. */
export interface Names {
  studies(db: string | undefined): readonly Candidate[];
  trials(db: string | undefined, study: string | undefined): readonly Candidate[];
}

const nothing: Completion = { candidates: [], files: false };
const files: Completion = { candidates: [], files: true };

/**
 * What may follow in the last of `words`, which are those after the command's name up to the cursor. Everything comes from the
 * command itself, so a new option or choice is completed without a line here.
 */
export function complete(command: Command, words: readonly string[], names: Names): Completion {
  const read = readWords(command, words.slice(0, -1));
  const last = words.at(-1) ?? "";
  if (read.open !== null) return valueOf(read.open, read.db, names);
  const assigned = /^(--[\w-]+)=/.exec(last);
  if (assigned !== null) return nothing;
  if (last.startsWith("-") && !read.onlyArguments) return { candidates: optionsOf(command), files: false };
  return argumentOf(command, read, names);
}

interface Read {
  /** Words that are no options. */
  readonly given: readonly string[];
  /** The option whose value comes next. */
  readonly open: Option | null;
  readonly db: string | undefined;
  /** After `--`. */
  readonly onlyArguments: boolean;
}

function readWords(command: Command, words: readonly string[]): Read {
  const given: string[] = [];
  let open: Option | null = null;
  let db: string | undefined;
  let onlyArguments = false;
  for (const word of words) {
    if (open !== null) {
      if (open.long === "--db") db = word;
      open = null;
    } else if (word === "--" && !onlyArguments) onlyArguments = true;
    else if (word.startsWith("-") && !onlyArguments) {
      const [flag, value] = word.split(/=(.*)/s);
      const option = command.options.find(({ long, short }) => flag === long || flag === short);
      if (option?.long === "--db" && value !== undefined) db = value;
      if (option?.required === true && value === undefined) open = option;
    } else given.push(word);
  }
  return { given, open, db, onlyArguments };
}

function valueOf(option: Option, db: string | undefined, names: Names): Completion {
  if (option.argChoices !== undefined) return { candidates: plain(option.argChoices), files: false };
  const isStudy = /<(?:study|studies|from)>/.test(option.flags) && option.long !== "--name";
  if (isStudy) return { candidates: names.studies(db), files: option.flags.includes("<from>") };
  if (/<(n|k|url|study|name|names|list|key|host|pixels|rate|share|factor|what|gb|number)/i.test(option.flags))
    return nothing;
  return files;
}

function optionsOf(command: Command): readonly Candidate[] {
  const shown = command.options
    .filter(({ hidden }) => !hidden)
    .map(({ long, short, description }) => ({ value: long ?? short ?? "", about: firstLine(description) }));
  return [...shown, { value: "--help", about: "print help" }];
}

function argumentOf(command: Command, { given, db }: Read, names: Names): Completion {
  const all = command.registeredArguments;
  const argument: Argument | undefined = all[given.length] ?? (all.at(-1)?.variadic ? all.at(-1) : undefined);
  if (argument === undefined) return nothing;
  if (argument.argChoices !== undefined) return { candidates: plain(argument.argChoices), files: false };
  switch (argument.name()) {
    case "study": {
      // `show 17` means a trial of the study that changed last.
      const alone = all.some((other) => other.name() === "trial") ? names.trials(db, undefined) : [];
      return {
        candidates: [...names.studies(db), ...alone],
        files: argument.description.includes("sweep file"),
      };
    }
    case "trial":
      return { candidates: names.trials(db, given[given.length - 1]), files: false };
    default:
      return files;
  }
}

function plain(values: readonly string[]): readonly Candidate[] {
  return values.map((value) => ({ value, about: "" }));
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}
