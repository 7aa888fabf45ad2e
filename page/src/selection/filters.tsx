import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { figure, paramText } from "../../../orchestrator/views/numbers.ts";
import type { StudyHead } from "../../../orchestrator/views/page/wire.ts";
import type { Domain, ParamValue } from "../../../search/space.ts";
import { copyText, saveText } from "../save.ts";
import type { Condition } from "./conditions.ts";
import { conditions, setCondition, setConditions } from "./selection.ts";
import { narrowedYaml } from "./yaml.ts";

export interface FiltersProps {
  readonly head: StudyHead;
  readonly chosen: number;
  readonly all: number;
}

const outcomes = ["complete", "pruned", "diverged", "failed", "cancelled", "invalid", "running", "paused"];

/** What is selected, in words, each with a way out; and a form for more. */
export function Filters({ head, chosen, all }: FiltersProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const wanted = conditions.value;
  return (
    <div class="filters">
      <span class="count" aria-live="polite">
        {wanted.length === 0 ? `${all} trial${all === 1 ? "" : "s"}` : `${chosen} of ${all} trials`}
      </span>
      {wanted.map((condition) => (
        <button
          type="button"
          class="chip"
          title="remove this condition"
          onClick={() => setCondition(condition.field, null)}
        >
          {conditionWords(condition, head.metric)} <span aria-hidden="true">×</span>
          <span class="hidden"> (remove)</span>
        </button>
      ))}
      <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        add a condition
      </button>
      {wanted.length === 0 ? null : (
        <>
          <button type="button" onClick={() => setConditions([])}>
            clear
          </button>
          <CopyYaml text={narrowedYaml(head.space, wanted)} name="parameters.yaml" label="copy as YAML" />
        </>
      )}
      {isOpen ? <ConditionForm head={head} onDone={() => setOpen(false)} /> : null}
    </div>
  );
}

export function CopyYaml(props: {
  readonly text: string;
  readonly name: string;
  readonly label: string;
}): JSX.Element {
  const [said, setSaid] = useState("");
  const copy = async (): Promise<void> => {
    const isCopied = await copyText(props.text);
    if (!isCopied) saveText(props.name, props.text, "application/yaml");
    setSaid(isCopied ? "copied" : "saved as a file");
    setTimeout(() => setSaid(""), 1500);
  };
  return (
    <button type="button" onClick={() => void copy()} aria-live="polite">
      {said || props.label}
    </button>
  );
}

function fieldWords(field: string, metric: string): string {
  return field === ":value" ? metric : field.replace(/^:/, "");
}

function conditionWords(condition: Condition, metric: string): string {
  const name = fieldWords(condition.field, metric);
  if (condition.kind === "list") return `${name} ${condition.values.map(paramText).join(" or ")}`;
  const { min, max } = condition;
  if (min === max) return `${name} = ${figure(min)}`;
  if (!Number.isFinite(min)) return `${name} ≤ ${figure(max)}`;
  return Number.isFinite(max) ? `${name} ${figure(min)} to ${figure(max)}` : `${name} ≥ ${figure(min)}`;
}

function ConditionForm({
  head,
  onDone,
}: {
  readonly head: StudyHead;
  readonly onDone: () => void;
}): JSX.Element {
  const domains = new Map<string, Domain | null>([
    [":value", null],
    [":outcome", { kind: "categorical", values: outcomes }],
    [":epochs", null],
    [":number", null],
    ...head.space.parameters.map(({ name, domain }) => [name, domain] as const),
  ]);
  const [field, setField] = useState(":outcome");
  const domain = domains.get(field) ?? null;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const read = readForm(new FormData(event.currentTarget as HTMLFormElement), field, domain);
    if (read === null) return;
    setCondition(field, read);
    onDone();
  };
  return (
    <form class="condition" onSubmit={submit}>
      <label>
        of{" "}
        <select value={field} onChange={(event) => setField(event.currentTarget.value)}>
          {[...domains.keys()].map((name) => (
            <option value={name}>{fieldWords(name, head.metric)}</option>
          ))}
        </select>
      </label>
      {domain?.kind === "categorical" ? (
        domain.values.map((value, i) => (
          <label>
            <input type="checkbox" name="values" value={i} /> {paramText(value)}
          </label>
        ))
      ) : (
        <>
          <label>
            from <input name="min" inputMode="decimal" size={8} />
          </label>
          <label>
            to <input name="max" inputMode="decimal" size={8} />
          </label>
        </>
      )}
      <button type="submit">apply</button>
    </form>
  );
}

function readForm(form: FormData, field: string, domain: Domain | null): Condition | null {
  if (domain?.kind === "categorical") {
    const values: ParamValue[] = form.getAll("values").map((index) => domain.values[Number(index)]!);
    return values.length === 0 ? null : { field, kind: "list", values };
  }
  const end = (name: string, none: number): number => {
    const text = form.get(name);
    return typeof text !== "string" || text.trim() === "" ? none : Number(text);
  };
  const [min, max] = [end("min", -Infinity), end("max", Infinity)];
  return Number.isNaN(min) || Number.isNaN(max) ? null : { field, kind: "range", min, max };
}
