import { runCtl } from "../../ctl/run_ctl.ts";
import { assertEquals } from "../assert.ts";
import { FakeIo, ScriptedConnection } from "./fake_io.ts";
import { RECORDED_SESSIONS } from "./recorded_sessions.ts";

for (const session of RECORDED_SESSIONS) {
  Deno.test(`runCtl() sends what upstream's client sends: ${session.name}`, () => {
    const connection = new ScriptedConnection(session.turns);
    const io = new FakeIo({
      connection,
      env: session.env ?? {},
      texts: session.texts ?? {},
      directories: session.directories ?? {},
    });

    const exit = runCtl(session.words, io);

    assertEquals(connection.finish(), []);
    assertEquals(io.output, session.output);
    assertEquals(io.errors, session.errors ?? "");
    assertEquals(io.fileChanges, session.fileChanges ?? []);
    assertEquals(exit, session.exit);
  });
}
