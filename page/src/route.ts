import { computed, signal } from "@preact/signals";

/** Where the page is: all of it stands in the address, so a second tab and a bookmark show the same. */
export interface Route {
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

const hash = signal(location.hash);
addEventListener("hashchange", () => (hash.value = location.hash));

export const route = computed(() => readRoute(hash.value));

export function readRoute(text: string): Route {
  const [path = "", query = ""] = text.replace(/^#\/?/, "").split("?", 2);
  return {
    path: path.split("/").filter(Boolean).map(decoded),
    query: new URLSearchParams(query),
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The address of a place; the query goes on where none is given, so the selection stays. */
export function hrefTo(path: readonly string[], query: URLSearchParams = new URLSearchParams()): string {
  const text = query.toString();
  return `#/${path.map(encodeURIComponent).join("/")}${text === "" ? "" : `?${text}`}`;
}

export function go(href: string): void {
  location.hash = href;
}

/** Changes the query of this place, without a step in the history of the browser. */
export function setQuery(change: (query: URLSearchParams) => void): void {
  const { path, query } = route.value;
  const changed = new URLSearchParams(query);
  change(changed);
  history.replaceState(null, "", hrefTo(path, changed));
  hash.value = location.hash;
}

/** One value of the query; `null` takes it out. */
export function setParam(name: string, value: string | null): void {
  setQuery((query) => {
    if (value === null) query.delete(name);
    else query.set(name, value);
  });
}

export function param(name: string): string | null {
  return route.value.query.get(name);
}

/** The query that goes along from one view of a study to another: what is selected. */
export function selectionQuery(): URLSearchParams {
  const kept = new URLSearchParams();
  for (const where of route.value.query.getAll("where")) kept.append("where", where);
  return kept;
}
