/** The program that `running_stub_test.ts` compiles; its first argument says what to do. */
import process from "node:process";
import { BUILD } from "../../../core/program/build_info.ts";

const [task] = Deno.args;
switch (task) {
  case "version":
    console.log(`${BUILD.version} ${BUILD.target}`);
    break;
  case "wait":
    // Until standard input is closed, so that the test can look at the process meanwhile.
    console.log("waiting");
    for await (const _ of Deno.stdin.readable);
    break;
  case "load-part":
    // After standard input is closed, so that the test can replace the program meanwhile.
    console.log("waiting");
    for await (const _ of Deno.stdin.readable);
    console.log((await import("./probe_part.ts")).PART_TEXT);
    break;
  case "open-null":
    Deno.openSync("/dev/null").close();
    console.log("opened");
    break;
  case "directory":
    console.log(Deno.cwd());
    break;
  case "given":
    // What the runtime sees of words and environment.
    console.log(JSON.stringify({
      name: process.argv0,
      words: Deno.args.slice(1),
      names: Object.keys(Deno.env.toObject()).toSorted(),
    }));
    break;
  case "exit-42":
    Deno.exit(42);
}
