import { createServer } from "node:net";

export interface PretendServer {
  readonly port: number;
  close(): void;
}

/** Says `greeting` to each connection, and `answer` to whatever arrives on it. */
export async function pretend(greeting: string, answer = ""): Promise<PretendServer> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.write(greeting);
    socket.on("data", () => socket.write(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { port, close: () => void server.close() };
}

/** A NATS server of a version that is too old. */
export async function pretendOldServer(): Promise<PretendServer> {
  const info = {
    server_id: "x",
    version: "2.8.4",
    host: "127.0.0.1",
    port: 1,
    max_payload: 1_048_576,
    headers: true,
    proto: 1,
  };
  return await pretend(`INFO ${JSON.stringify(info)}\r\n`, "PONG\r\n");
}
