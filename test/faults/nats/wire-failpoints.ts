import { Socket } from "node:net";

/** Calls `pass` whenever this process is about to send something with `text` in it to the server. */
export function beforeSending(text: string, pass: () => void): void {
  const send: (...args: never[]) => boolean = Reflect.get(Socket.prototype, "write");
  Socket.prototype.write = function (this: Socket, ...args: unknown[]): boolean {
    const [data] = args;
    if (data instanceof Uint8Array && Buffer.from(data).includes(text)) pass();
    return Reflect.apply(send, this, args);
  };
}
