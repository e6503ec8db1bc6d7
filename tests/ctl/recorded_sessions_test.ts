import { runCtl } from "../../ctl/run_ctl.ts";
import { assert, assertEquals } from "../assert.ts";
import { FakeIo, ScriptedConnection, type Turn } from "./fake_io.ts";
import { RECORDED_SESSIONS, type RecordedSession } from "./recorded_sessions.ts";

interface Replayed {
  readonly exit: number;
  readonly io: FakeIo;
  readonly faults: readonly string[];
}

function replay(session: RecordedSession, turns: readonly Turn[]): Replayed {
  const connection = new ScriptedConnection(turns);
  const io = new FakeIo({
    connection,
    env: session.env ?? {},
    texts: session.texts ?? {},
    directories: session.directories ?? {},
  });
  const exit = runCtl(session.words, io);
  return { exit, io, faults: connection.finish() };
}

/** Every byte comes for itself. */
function crumbled(turns: readonly Turn[]): readonly Turn[] {
  return turns.map(({ send, receive }) => ({
    send,
    receive: receive.flatMap((part) =>
      part === "end" ? [part] : part.replaceAll(" ", "").match(/../g) ?? []
    ),
  }));
}

/** The conversation up to a turn, which is answered with something else. */
function broken(turns: readonly Turn[], at: number, receive: readonly string[]): readonly Turn[] {
  return turns.slice(0, at + 1).map((turn, index) =>
    index === at ? { send: turn.send, receive } : turn
  );
}

for (const session of RECORDED_SESSIONS) {
  Deno.test(`runCtl() sends what upstream's client sends: ${session.name}`, () => {
    for (const turns of [session.turns, crumbled(session.turns)]) {
      const { exit, io, faults } = replay(session, turns);
      assertEquals(faults, []);
      assertEquals(io.output, session.output);
      assertEquals(io.errors, session.errors ?? "");
      assertEquals(io.fileChanges, session.fileChanges ?? []);
      assertEquals(exit, session.exit);
    }
  });

  Deno.test(`runCtl() ends with 1 wherever the manager breaks off: ${session.name}`, () => {
    for (let at = 0; at < session.turns.length; at++) {
      // End of the stream, a refused request, a reply of a kind that nobody asked for, nonsense.
      for (const answer of [["end"], ["34", "end"], ["3f"], ["ff"], ["65 15 00", "end"]]) {
        const isLastOfList = session.name === "list" && at === 1 && answer[0] === "3f";
        if (isLastOfList) continue;
        const { exit, io, faults } = replay(session, broken(session.turns, at, answer));
        assertEquals([exit, faults], [1, []], `turn ${at} answered with ${answer}`);
        assert(io.errors.startsWith("dinitctl: "), io.errors);
      }
    }
  });
}
