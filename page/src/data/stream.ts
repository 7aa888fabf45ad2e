import { signal } from "@preact/signals";
import { apiUrl } from "./fetch.ts";

/** `waiting`: no server has answered yet, or this page is in the background. */
export type Connection = "waiting" | "live" | "lost";

/** The state of the stream that the open view listens to. */
export const connection = signal<Connection>("waiting");

export type Handlers = Readonly<Record<string, (data: string, id: string) => void>>;

const againMs = 1500;

/**
 * Listens to a stream while the page is looked at, and goes on where it was after every break: of the line, of the server, of
 * the page in the background (browsers allow few open lines to one server). `after` says where. The result stops it.
 */
export function listen(path: readonly string[], after: () => string, handlers: Handlers): () => void {
  let source: EventSource | null = null;
  let timer = 0;
  const close = (): void => {
    clearTimeout(timer);
    source?.close();
    source = null;
  };
  const open = (): void => {
    close();
    if (document.hidden) return;
    const made = new EventSource(`${apiUrl(...path)}?after=${encodeURIComponent(after())}`);
    source = made;
    made.addEventListener("open", () => (connection.value = "live"));
    made.addEventListener("error", () => {
      connection.value = "lost";
      // Not left to the browser, which gives up when a server that starts again refuses once.
      close();
      timer = window.setTimeout(open, againMs);
    });
    for (const [name, handle] of Object.entries(handlers))
      made.addEventListener(name, (event: MessageEvent<string>) => {
        handle(event.data, event.lastEventId);
      });
  };
  const onVisible = (): void => {
    if (document.hidden) close();
    else open();
  };
  document.addEventListener("visibilitychange", onVisible);
  open();
  return () => {
    document.removeEventListener("visibilitychange", onVisible);
    close();
    connection.value = "waiting";
  };
}
