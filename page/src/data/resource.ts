import { useEffect, useState } from "preact/hooks";

export type Loaded<T> =
  | { readonly kind: "loading" }
  | { readonly kind: "there"; readonly value: T }
  | { readonly kind: "trouble"; readonly message: string };

/** What `load` brings, again whenever one of `when` changes; meanwhile what there was. */
export function useLoaded<T>(load: () => Promise<T>, when: readonly unknown[]): Loaded<T> {
  const [state, setState] = useState<Loaded<T>>({ kind: "loading" });
  useEffect(() => {
    let isOld = false;
    load().then(
      (value) => {
        if (!isOld) setState({ kind: "there", value });
      },
      (error: unknown) => {
        if (isOld) return;
        setState({ kind: "trouble", message: error instanceof Error ? error.message : String(error) });
      },
    );
    return () => {
      isOld = true;
    };
  }, when);
  return state;
}
