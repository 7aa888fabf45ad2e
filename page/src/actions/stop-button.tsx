import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { mayAct, post } from "./post.ts";

export interface StopButtonProps {
  /** "this trial" */
  readonly what: string;
  readonly path: readonly string[];
}

/** Stops something, after asking once more. There only where the dashboard was started with --actions. */
export function StopButton({ what, path }: StopButtonProps): JSX.Element {
  const [asks, setAsks] = useState(false);
  const [said, setSaid] = useState("");
  if (!mayAct.value) return <></>;
  const stop = async (): Promise<void> => {
    setAsks(false);
    setSaid((await post(path)).words);
  };
  return (
    <span class="stop" role="status">
      {asks ? (
        <>
          <button type="button" class="danger" onClick={() => void stop()}>
            yes, stop {what}
          </button>{" "}
          <button type="button" onClick={() => setAsks(false)}>
            no
          </button>
        </>
      ) : (
        <button type="button" onClick={() => setAsks(true)}>
          stop {what}
        </button>
      )}{" "}
      {said}
    </span>
  );
}
