import { isMapping } from "../config/check.ts";
import type { ForeignProgram, Mapping } from "./foreign.ts";
import { given, inline } from "./lines.ts";

interface Template {
  /** Name of the container that trains. */
  readonly container: string | undefined;
  /** What each `${trialParameters.NAME}` of the search is called here. */
  readonly names: ReadonlyMap<string, string>;
}

/**
 * What the trials of an experiment run: command and arguments of the container that trains, wherever a Kubernetes resource has
 * it (kubeflow.org, Katib, trial template); undefined where none has a command.
 */
export function trialProgram(
  resource: unknown,
  template: Template,
): { readonly program: ForeignProgram; readonly lost: readonly string[] } | undefined {
  const containers = containersIn(resource);
  const named = containers.find(({ name }) => name === template.container);
  const container = named ?? containers.find(takesParameters) ?? containers[0];
  if (container === undefined) return undefined;
  const said: string[] = [];
  const fill = (text: string): string => filled(text, template.names, said);
  const env = environmentOf(container["env"], fill);
  // What depends on a parameter is set by /usr/bin/env, because the section's env holds fixed values.
  const searched = env.given.filter(([, value]) => value.includes("${"));
  const fixed = env.given.filter(([, value]) => !value.includes("${"));
  const own = listOf(container["command"]).map(fill);
  const image = inline(container["image"] ?? "its image");
  if (own.length === 0) said.push(`to fill in: the program itself, which is the entrypoint of ${image}`);
  else said.push(`to do: its files are those of the image ${image}; put them on this machine`);
  const command = [
    ...(searched.length === 0 ? [] : ["env", ...searched.map(([name, value]) => `${name}=${value}`)]),
    ...(own.length === 0 ? ["program"] : own),
    ...listOf(container["args"]).map(fill),
  ];
  const rest = Object.entries(container).filter(([key]) => !["name", "command", "args", "env"].includes(key));
  return {
    program: {
      section: given({ command, env: fixed.length === 0 ? undefined : Object.fromEntries(fixed) }),
      said: [...new Set(said)],
    },
    lost: [
      ...env.lost.map((one) => `env ${one}`),
      ...rest.map(([key, value]) => `container's ${key}: ${inline(value)}`),
      `the ${kindOf(resource)} around it: seqtune starts the command itself, once a trial, on this machine or in a lab`,
    ],
  };
}

function kindOf(resource: unknown): string {
  return isMapping(resource) && typeof resource["kind"] === "string" ? resource["kind"] : "resource";
}

function containersIn(part: unknown): readonly Mapping[] {
  if (Array.isArray(part)) return part.flatMap(containersIn);
  if (!isMapping(part)) return [];
  const isContainer = Array.isArray(part["command"]) || Array.isArray(part["args"]);
  return isContainer ? [part] : Object.values(part).flatMap(containersIn);
}

function takesParameters(container: Mapping): boolean {
  return JSON.stringify(container).includes("${trialParameters.");
}

function listOf(items: unknown): readonly string[] {
  return Array.isArray(items) ? items.map(String) : [];
}

/** Placeholders of the search become ours; any other is a variable of a shell, or nothing that we know. */
function filled(text: string, names: ReadonlyMap<string, string>, said: string[]): string {
  return text.replace(/\$\{([^{}]*)\}/g, (_, word: string) => {
    const own = /^trialParameters\.(.+)$/.exec(word)?.[1];
    const ours = own === undefined ? undefined : names.get(own);
    if (ours !== undefined) return `\${${ours}}`;
    said.push(`\${${word}} has no counterpart`);
    return own ?? `$${word}`;
  });
}

interface Environment {
  readonly given: readonly (readonly [name: string, value: string])[];
  readonly lost: readonly string[];
}

function environmentOf(items: unknown, fill: (text: string) => string): Environment {
  const all = (Array.isArray(items) ? items : []).filter(isMapping);
  const isPlain = (item: Mapping): boolean => "value" in item;
  return {
    given: all.filter(isPlain).map((item) => [String(item["name"]), fill(String(item["value"]))] as const),
    lost: all
      .filter((item) => !isPlain(item))
      .map((item) => `${String(item["name"])}: ${inline(item["valueFrom"] ?? null)}`),
  };
}
