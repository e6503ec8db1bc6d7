// A small HTTP server; writes a line to descriptor 3 when it listens.
import { writeSync } from "node:fs";
import { createServer } from "node:http";
import process from "node:process";

const port = Number(process.env.DEMO_PORT ?? 8377);
let answered = 0;

const server = createServer((request, response) => {
  answered++;
  console.log(`${request.method} ${request.url} (${answered} so far)`);
  response.end(process.env.DEMO_PAGE ?? "hello\n");
});
server.on("error", (error) => {
  console.error(`Cannot listen on port ${port}: ${error.message}. Set DEMO_PORT to another one`);
  process.exit(1);
});
server.listen(port, "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${port}/`);
  writeSync(3, "ready\n");
});
