import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { makeSampleDatabase } from "../support/sample-studies.ts";
import { isInstalled, Terminal } from "../support/tmux.ts";
import { removeFolder } from "../support/remove-folder.ts";

const folder = mkdtempSync(path.join(tmpdir(), "seqtune-completion-"));
makeSampleDatabase(path.join(folder, "seqtune.db"));
let terminal: Terminal | undefined;
afterEach(() => terminal?.close());
afterAll(() => removeFolder(folder));

const shells = [
  {
    shell: "bash",
    start: "env PS1='ready> ' bash --norc",
    load: 'eval "$(seqtune completion bash)"',
  },
  {
    shell: "zsh",
    start: "env PS1='ready> ' zsh -f",
    load: 'autoload -U compinit; compinit -u -D; eval "$(seqtune completion zsh)"',
  },
  {
    shell: "fish",
    start: "fish --no-config --init-command \"function fish_prompt; echo 'ready> '; end\"",
    load: "seqtune completion fish | source",
  },
] as const;

describe.each(shells)("completion in $shell (needs it and tmux)", ({ shell, start, load }) => {
  it.skipIf(!isInstalled("tmux") || !isInstalled(shell))(
    "knows commands, kinds of plots, studies, trials and options",
    async () => {
      const one = new Terminal(start, folder);
      terminal = one;
      await one.shows("ready>");
      one.press(`${load}; echo loaded`, "Enter");
      await one.shows(/^loaded/m);
      const typed = async (words: string, becomes: string): Promise<void> => {
        one.press(words);
        await one.shows(words);
        one.press("Tab");
        await one.shows(becomes);
        one.press("C-u");
      };
      await typed("seqtune leade", "seqtune leaderboard");
      await typed("seqtune plot hist", "seqtune plot history");
      await typed("seqtune show ett", "seqtune show etth1");
      await typed("seqtune show etth1 be", "seqtune show etth1 best");
      await typed("seqtune plot history --ov", "seqtune plot history --over");
      await typed("seqtune plot history --over ti", "seqtune plot history --over time");
      await typed("seqtune check seqtune.d", "seqtune check seqtune.db");
      expect(one.text()).not.toContain("rror");
    },
  );
});
