/** What one client hears. */
export interface Client {
  readonly subscriptions: Map<number, { readonly subject: string; readonly hear: (message: Sent) => void }>;
  /** What happens at the client's end, some time later and in order, unless its connection breaks before. */
  readonly later: (run: () => void) => void;
  /** Its connection breaks. */
  readonly cut: () => void;
}

export interface Sent {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: ReadonlyMap<string, string>;
  readonly reply?: string;
  /** Of a message without a text of its own: what the server says. */
  readonly status?: number;
}
