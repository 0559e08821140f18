/** The server of live pages: who is let in, and what arrives. */
import { request } from "node:http";
import { afterAll, expect, it } from "vitest";
import { eventsPath, serve } from "../../src/report/live/server.js";

let page = "<p>one</p>";
const server = await serve(async () => {
  if (page === "") throw new Error("none");
  return page;
});
afterAll(() => server.close());
const { port } = new URL(server.address);

interface Answer {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly text: string;
}

function ask(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, method, headers }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => {
        resolve({ status: response.statusCode, type: response.headers["content-type"], text });
      });
    });
    asked.on("error", reject).end();
  });
}

it("gives the page as it is now, to this machine", async () => {
  expect(server.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  const type = "text/html; charset=utf-8";
  expect(await ask("/")).toEqual({ status: 200, type, text: "<p>one</p>" });
  page = "<p>two</p>";
  expect((await ask("/", { host: `localhost:${port}` })).text).toBe("<p>two</p>");
  expect((await ask("/", { origin: `http://localhost:${port}` })).status).toBe(200);
  page = "";
  expect(await ask("/")).toMatchObject({ status: 500, text: "none\n" });
});

it("refuses other hosts, pages of other origins, other methods and paths", async () => {
  for (const path of ["/", eventsPath]) {
    for (const host of ["evil.example", `evil.example:${port}`, "127.0.0.1", "127.0.0.1:1"]) {
      expect((await ask(path, { host })).status, host).toBe(403);
    }
    for (const origin of ["http://evil.example", "null", `https://127.0.0.1:${port}`]) {
      expect((await ask(path, { origin })).status, origin).toBe(403);
    }
    expect((await ask(path, {}, "POST")).status).toBe(405);
  }
  expect((await ask("/etc/passwd")).status).toBe(404);
});

it("sends events to those who listen, until they are to load again", async () => {
  expect(server.listeners()).toBe(0);
  const told = ask(eventsPath);
  while (server.listeners() === 0) await new Promise((done) => setTimeout(done, 5));
  server.send({ type: "status", text: "a\nb" });
  server.send({ type: "reload" });
  expect(server.listeners()).toBe(0);
  expect(await told).toEqual({
    status: 200,
    type: "text/event-stream",
    text: 'retry: 1000\n\ndata: {"type":"status","text":"a\\nb"}\n\ndata: {"type":"reload"}\n\n',
  });
});
