import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { mayAct, post } from "./post.ts";

interface AskFormProps {
  /** On the button that opens it. */
  readonly opens: string;
  readonly label: string;
  /** On the button that sends it. */
  readonly sends: string;
  /** What stands in the field at first; several lines where `lines` says so. */
  readonly text: string;
  readonly lines: number;
  readonly send: (text: string) => ReturnType<typeof post>;
}

/** A text to send to the server, and its answer. There only where the dashboard was started with --actions. */
function AskForm({ opens, label, sends, text, lines, send }: AskFormProps): JSX.Element {
  const id = useId();
  const [written, setWritten] = useState<string | null>(null);
  const [said, setSaid] = useState("");
  if (!mayAct.value) return <></>;
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { isDone, words } = await send(written ?? "");
    setSaid(words);
    if (isDone) setWritten(null);
  };
  const write = (event: { readonly currentTarget: { readonly value: string } }): void =>
    setWritten(event.currentTarget.value);
  return (
    <>
      <button type="button" aria-expanded={written !== null} onClick={() => setWritten(text)}>
        {opens}
      </button>
      {written === null ? null : (
        <form class="ask" onSubmit={(event) => void submit(event)}>
          <label for={id}>{label}</label>
          {lines === 1 ? (
            <input id={id} value={written} onInput={write} required />
          ) : (
            <textarea id={id} rows={lines} value={written} onInput={write} spellcheck={false} />
          )}
          <span>
            <button type="submit">{sends}</button>{" "}
            <button type="button" onClick={() => setWritten(null)}>
              cancel
            </button>
          </span>
        </form>
      )}
      <span role="status">{said}</span>
    </>
  );
}

export function MarkInvalid(props: { readonly study: string; readonly trial: number }): JSX.Element {
  const path = ["studies", props.study, "trials", String(props.trial), "invalid"];
  return (
    <AskForm
      opens="mark as invalid"
      label={`Why does the result of trial ${props.trial} mean nothing? The search forgets it, the record keeps it.`}
      sends="mark it"
      text=""
      lines={1}
      send={async (reason) => await post(path, { reason })}
    />
  );
}

export function Enqueue(props: { readonly study: string; readonly configuration: string }): JSX.Element {
  const { configuration, study } = props;
  return (
    <AskForm
      opens="enqueue a configuration"
      label="A value for each parameter, as in a sweep file; it is tried next, and takes one trial of the budget."
      sends="enqueue"
      text={configuration}
      lines={Math.min(16, configuration.split("\n").length + 1)}
      send={async (text) => await post(["studies", study, "enqueue"], { configuration: text })}
    />
  );
}
