import type { JSX } from "preact";
import { param, setParam } from "../route.ts";

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly string[];
  /** What an option is called; by default as it is. */
  readonly text?: (option: string) => string;
  readonly onChange: (value: string) => void;
}

export function Choice({
  label,
  value,
  options,
  text = (option) => option,
  onChange,
}: ChoiceProps): JSX.Element {
  return (
    <label>
      {label}{" "}
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map((option) => (
          <option value={option}>{text(option)}</option>
        ))}
      </select>
    </label>
  );
}

interface TickProps {
  /** In the address. */
  readonly name: string;
  readonly label: string;
}

/** Something that is on or off, and stands in the address. */
export function Tick({ name, label }: TickProps): JSX.Element {
  const isOn = param(name) === "1";
  return (
    <label>
      <input type="checkbox" checked={isOn} onChange={() => setParam(name, isOn ? null : "1")} /> {label}
    </label>
  );
}

/** Whether axes reach the last outlier. */
export function AllAxes(): JSX.Element {
  return <Tick name="all" label="with outliers" />;
}

/** What a history goes along, and whether its axes reach the last outlier; both stand in the address. */
export function HistoryControls({ over }: { readonly over: "trials" | "time" }): JSX.Element {
  return (
    <>
      <Choice
        label="along"
        value={over}
        options={["trials", "time"]}
        onChange={(value) => setParam("over", value === "time" ? value : null)}
      />
      <AllAxes />
    </>
  );
}
