/** Serves a page on this machine alone, and what happens to it as server-sent events. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { LiveMessage } from "../page/client/payload.js";

export interface LiveServer {
  readonly address: string;
  /** How many pages listen. */
  listeners(): number;
  /** Pages that are to load again listen no more. */
  send(message: LiveMessage): void;
  close(): void;
}

export const eventsPath = "/events";

const headers = {
  "cache-control": "no-store",
  connection: "close",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** @param page  gives the page as it is now */
export async function serve(page: () => Promise<string>): Promise<LiveServer> {
  const streams = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const refusal = refusalOf(request, (server.address() as AddressInfo).port);
    if (refusal) {
      response.writeHead(refusal.status, { ...headers, "content-type": "text/plain" });
      response.end(`${refusal.text}\n`);
    } else if (request.url === eventsPath) {
      response.writeHead(200, { ...headers, "content-type": "text/event-stream" });
      response.write("retry: 1000\n\n");
      streams.add(response);
      response.on("close", () => streams.delete(response));
    } else {
      page().then(
        (text) => {
          response.writeHead(200, { ...headers, "content-type": "text/html; charset=utf-8" });
          response.end(text);
        },
        (error: Error) => {
          response.writeHead(500, { ...headers, "content-type": "text/plain; charset=utf-8" });
          response.end(`${error.message}\n`);
        },
      );
    }
  });
  const endStreams = () => {
    for (const stream of streams) stream.end();
    streams.clear();
  };
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    listeners: () => streams.size,
    send(message) {
      for (const stream of streams) stream.write(`data: ${JSON.stringify(message)}\n\n`);
      if (message.type === "reload") endStreams();
    },
    close() {
      endStreams();
      server.close();
      server.closeIdleConnections();
    },
  };
}

/** Other hosts' names that lead here, and other pages in the same browser, are to see nothing. */
function refusalOf({ method, url, headers: { host, origin } }: IncomingMessage, port: number) {
  const own = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (host === undefined || !own.includes(host)) return { status: 403, text: "not this host" };
  if (origin !== undefined && !own.some((each) => origin === `http://${each}`)) {
    return { status: 403, text: "not from there" };
  }
  if (method !== "GET") return { status: 405, text: "only GET" };
  if (url !== "/" && url !== eventsPath) return { status: 404, text: "nothing is here" };
  return undefined;
}
