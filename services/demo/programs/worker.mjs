// Asks the HTTP server for its page every two seconds.
import process from "node:process";

const port = Number(process.env.DEMO_PORT ?? 8377);

async function ask() {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/work`);
    console.log(`got ${(await response.text()).length} characters`);
  } catch (error) {
    console.error(`the server did not answer: ${error.message}`);
  }
}

await ask();
setInterval(ask, 2000);
