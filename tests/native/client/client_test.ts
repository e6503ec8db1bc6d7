import {
  CLIENT_VARIABLES as SENT_VARIABLES,
  END_TEXT_LIMIT_BYTES,
  FRAME,
  ORDER_CODE,
  ORDER_FIELD,
  ORDER_LIMIT_BYTES,
  OUTPUT_LOST,
  TAKES_ORDERS_MODE,
  TERMINAL_BITS,
} from "../../../core/program/client_pipe.ts";
import type { Processor } from "../../../native/conventions.ts";
import { clientProgram } from "../../../native/programs/client/client.ts";
import { assertEquals } from "../../assert.ts";
import { withFolder } from "../../folder.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";
import {
  frameOf,
  LONG_WAY,
  needsOf,
  PARTS,
  type Peer,
  played,
  PROCESSORS,
  Runner,
  type Start,
  TAKEN,
  UNCHANGED,
} from "./running.ts";

const decoder = new TextDecoder();

/** What an order says. */
function orderOf(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  assertEquals([view.getUint8(0), view.getUint16(1, true)], [ORDER_CODE, bytes.length - 3]);
  assertEquals(
    decoder.decode(bytes.subarray(ORDER_FIELD.identity, ORDER_FIELD.terminals)),
    PARTS.identity,
  );
  const texts = decoder.decode(bytes.subarray(ORDER_FIELD.texts)).split("\0");
  assertEquals(texts.pop(), "", "Each text has a NUL behind it");
  const [directory = "", ...others] = texts;
  const wordCount = view.getUint32(ORDER_FIELD.wordCount, true);
  assertEquals(others.length, wordCount + view.getUint32(ORDER_FIELD.variableCount, true));
  return {
    terminals: view.getUint8(ORDER_FIELD.terminals),
    columns: view.getUint16(ORDER_FIELD.columns, true),
    user: view.getUint32(ORDER_FIELD.user, true),
    directory,
    words: others.slice(0, wordCount),
    variables: others.slice(wordCount),
  };
}

/** What a program left, as texts. */
function shown({ code, signal, stdout, stderr }: Deno.CommandOutput) {
  return { code, signal, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

/** The words that the full client says of a connection that has ended. */
function early(name: string): string {
  return PARTS.closedEarly.map((line) => `${name}: ${line}\n`).join("");
}

interface Stage {
  readonly folder: string;
  readonly runner: Runner;
  /** Plays a manager for `dinitctl -p SOCKET list`, or for what is given. */
  run<T>(
    play: (peer: Peer) => Promise<T>,
    start?: Partial<Start>,
  ): Promise<{ readonly played: T; readonly ended: Deno.CommandOutput }>;
  /** What it leaves when the manager takes the order and then does this. */
  answered(
    play: (peer: Peer) => Promise<unknown>,
    start?: Partial<Start>,
  ): Promise<ReturnType<typeof shown>>;
}

/** Plays a manager for a client that waits for a second. */
async function impatientOn(
  processor: Processor,
  folder: string,
  play: (peer: Peer) => Promise<unknown>,
): Promise<Deno.CommandOutput> {
  await Deno.mkdir(folder);
  const runner = new Runner(
    folder,
    processor,
    clientProgram({ ...PARTS, answerLimitSeconds: 1 }, []),
  );
  const { ended } = await played(
    folder,
    async (peer) => {
      await peer.order();
      await play(peer);
    },
    (socket) => runner.command({ words: ["dinitctl", "-p", socket, "list"] }).output(),
  );
  return ended;
}

for (const processor of PROCESSORS) {
  const impatient = (
    { folder }: Stage,
    name: string,
    play: (peer: Peer) => Promise<unknown>,
  ) => impatientOn(processor, `${folder}/${name}`, play);

  const staged = (
    what: string,
    body: (stage: Stage) => Promise<void>,
    needs: Parameters<typeof testNeeding>[1] = [],
  ) =>
    testNeeding(
      `the client on ${processor} ${what}`,
      [...needsOf(processor), ...needs],
      () =>
        withFolder(async (folder) => {
          Deno.chmodSync(folder, 0o755);
          const runner = new Runner(folder, processor);
          const run: Stage["run"] = (play, start) =>
            played(
              folder,
              play,
              (socket) =>
                runner.command({ words: ["dinitctl", "-p", socket, "list"], ...start }).output(),
            );
          await body({
            folder,
            runner,
            run,
            answered: async (play, start) => {
              const { ended } = await run(async (peer) => {
                await peer.accept();
                await play(peer);
              }, start);
              return shown(ended);
            },
          });
        }),
    );

  /** It goes on as if nothing had been. */
  const goesOn = (ended: Deno.CommandOutput, what?: string) =>
    assertEquals([ended.code, [...ended.stdout]], [LONG_WAY, UNCHANGED], what);

  staged("sends who it is, where, its words and the variables that matter", async (stage) => {
    const words = ["dinitctl", "-p", "socket", "stop", "a b", "", "grün", "x=\ny"];
    const { played: order } = await stage.run((peer) => peer.accept(), {
      words,
      directory: stage.folder,
      env: { PATH: "/bin", TERM: "dumb", HOMES: "1", HOME: "/h\u00e9", TZ: "", DINIT_CLIENT: "x" },
    });
    const { variables, ...rest } = orderOf(order);
    assertEquals(rest, {
      ...{ terminals: 0, columns: 0, user: Deno.uid(), words },
      directory: Deno.realPathSync(stage.folder),
    });
    assertEquals(variables.toSorted(), ["HOME=/h\u00e9", "TERM=dumb", "TZ="]);
    const env = Object.fromEntries(SENT_VARIABLES.map((name) => [name, `${name}'s`]));
    const all = await stage.run((peer) => peer.accept(), { env });
    assertEquals(
      orderOf(all.played).variables.toSorted(),
      SENT_VARIABLES.map((name) => `${name}=${name}'s`).toSorted(),
    );
  });

  staged("tells terminals and their width", async (stage) => {
    const inner = `stty cols 123; $(printf '%q ' "$@") 2>/dev/null </dev/null`;
    const { played: order } = await stage.run((peer) => peer.accept(), {
      around: `script -qec "${inner}" /dev/null`,
      env: { SHELL: "/bin/bash" },
    });
    const { terminals, columns } = orderOf(order);
    assertEquals([terminals, columns], [TERMINAL_BITS.output, 123]);
  }, [tool("script")]);

  staged("ends with the status, and copies frames in whatever pieces they come", async (stage) => {
    const answers = [
      ...frameOf(FRAME.output, "first\n"),
      ...frameOf(FRAME.errors, "bad\n"),
      ...frameOf(FRAME.output),
      ...frameOf(99, "what later versions may say"),
      ...frameOf(FRAME.longWay),
      ...frameOf(FRAME.atEnd, "\u0009\u0001\0\0end\n"),
      ...frameOf(FRAME.output, "second\n"),
      ...frameOf(FRAME.status, [7]),
      ...frameOf(FRAME.output, "too late"),
    ];
    const expected = { code: 7, signal: null, out: "first\nsecond\n", err: "bad\n" };
    const all = [...TAKEN, ...answers];
    for (const size of [1, 2, 3, 5, TAKEN.length + 1, 1000]) {
      const { ended } = await stage.run(async (peer) => {
        await peer.order();
        for (let at = 0; at < all.length; at += size) {
          await peer.write(all.slice(at, at + size)).catch(() => {});
        }
        await peer.rest();
      });
      const seen = shown(ended);
      assertEquals(seen, expected, `In pieces of ${size} bytes`);
    }
  });

  staged("copies what is far larger than its memory, at the reader's pace", async (stage) => {
    const block = Uint8Array.from({ length: 0xffff }, (_, index) => index * 7 & 0xff);
    const slow = '"$@" | { sleep 0.2; cat; exit "${PIPESTATUS[0]}"; }; exit "${PIPESTATUS[0]}"';
    const nonBlocking = `perl -e 'use Fcntl; fcntl(STDOUT, F_SETFL, O_NONBLOCK | O_WRONLY); ` +
      `exec "bash", "-c", q("$@"), "bash", @ARGV' "$@" | { sleep 0.2; cat; }; exit "\${PIPESTATUS[0]}"`;
    for (const around of [undefined, slow.replace(/"\$@"/, '("$@")'), nonBlocking]) {
      const { ended } = await stage.run(async (peer) => {
        await peer.accept();
        for (let count = 0; count < 20; count++) await peer.write(frameOf(FRAME.output, block));
        await peer.write(frameOf(FRAME.status, [3]));
        await peer.rest();
      }, around === undefined ? {} : { around });
      assertEquals([ended.code, ended.stdout.length], [3, 20 * block.length], around);
      assertEquals(
        Array.from({ length: 20 }, (_, index) => index)
          .every((index) =>
            block.every((byte, place) => ended.stdout[index * block.length + place] === byte)
          ),
        true,
      );
    }
  }, [tool("perl")]);

  staged("leaves everything to the full client that it cannot do", async (stage) => {
    const other = [...TAKEN.slice(0, -1), "x".charCodeAt(0)];
    const answers: Readonly<Record<string, readonly number[]>> = {
      "another build": other,
      "a bad request, to upstream": [52],
      ...Object.fromEntries(TAKEN.map((_, cut) => [`${cut} bytes`, TAKEN.slice(0, cut)])),
    };
    for (const [what, answer] of Object.entries(answers)) {
      const { ended } = await stage.run(async (peer) => {
        await peer.order();
        await peer.write(answer);
      });
      goesOn(ended, what);
    }
    goesOn((await stage.run((peer) => Promise.resolve(peer.close))).ended, "closed at once");
    const { ended } = await stage.run(async (peer) => {
      await peer.accept();
      await peer.write(frameOf(FRAME.longWay));
      await peer.rest();
    });
    goesOn(ended, "the manager's own wish");
    const words = ["dinitctl", "-p", `${stage.folder}/nothing`, "list"];
    goesOn(await stage.runner.command({ words }).output(), "no socket");
    Deno.writeTextFileSync(`${stage.folder}/nothing`, "");
    goesOn(await stage.runner.command({ words }).output(), "no socket but a file");
    goesOn(await stage.runner.command({ words: ["dinit"] }).output(), "no client");
  });

  staged("says of a manager that does not answer what the full client says", async (stage) => {
    const first = frameOf(FRAME.output, "first ");
    const waits = frameOf(FRAME.waits);
    const silences: readonly (readonly [out: string, said: readonly number[]])[] = [
      ["", []],
      ["", TAKEN],
      ["", TAKEN.slice(0, 5)],
      ["first ", [...TAKEN, ...first]],
      ["fi", [...TAKEN, ...first.slice(0, 5)]],
      ["first ", [...TAKEN, ...waits, ...first]],
      ["", [...TAKEN, ...waits, ...frameOf(FRAME.output)]],
    ];
    await Promise.all(silences.map(async ([out, said], index) => {
      const ended = await impatient(stage, `silent-${index}`, async (peer) => {
        await peer.write(said);
        await peer.rest();
      });
      const err = PARTS.unanswered.map((line) => `dinitctl: ${line}\n`).join("");
      assertEquals(shown(ended), { code: 1, signal: null, out, err });
    }));
    assertEquals(PARTS.answerLimitSeconds, 60);
  });

  staged("waits for as long as it takes while the manager says that it waits", async (stage) => {
    // Both begin at the same time, and one of them has given up before the other goes on.
    let giveUp = () => {};
    const gaveUp = new Promise<void>((resolve) => giveUp = resolve);
    const [patient, other] = await Promise.all([
      impatient(stage, "patient", async (peer) => {
        await peer.write([...TAKEN, ...frameOf(FRAME.output, "a "), ...frameOf(FRAME.waits)]);
        await gaveUp;
        await peer.write([...frameOf(FRAME.output, "b"), ...frameOf(FRAME.status, [3])]);
      }),
      impatient(stage, "other", async (peer) => {
        await peer.write([...TAKEN, ...frameOf(FRAME.output, "a ")]);
        await peer.rest();
        giveUp();
      }),
    ]);
    assertEquals(shown(patient), { code: 3, signal: null, out: "a b", err: "" });
    assertEquals(other.code, 1);
  });

  staged("says of a connection that ends too early what the full client says", async (stage) => {
    const answers = [
      ...frameOf(FRAME.output, "x"),
      ...frameOf(FRAME.errors, "y"),
      ...frameOf(FRAME.status, [0]),
    ];
    for (let cut = 0; cut < answers.length; cut++) {
      const seen = await stage.answered((peer) => peer.write(answers.slice(0, cut)));
      const err = (cut >= 8 ? "y" : "") + early("dinitctl");
      assertEquals(seen, { code: 1, signal: null, out: cut >= 4 ? "x" : "", err }, `${cut}`);
    }
    assertEquals((await stage.answered(() => Promise.resolve())).err, early("dinitctl"));
  });

  staged("takes the end of the connection for what the manager said of it", async (stage) => {
    const end = (status: number, stream: number, text: string) =>
      frameOf(FRAME.atEnd, [status, stream, 0, 0, ...new TextEncoder().encode(text)]);
    const of = (...frames: readonly (readonly number[])[]) =>
      stage.answered((peer) => peer.write(frames.flat()));
    const base = { signal: null, out: "", err: "" };
    assertEquals(await of(end(5, 2, "gone\n")), { ...base, code: 5, err: "gone\n" });
    assertEquals(await of(end(0, 1, "")), { ...base, code: 0 });
    assertEquals(await of(end(1, 2, "a"), frameOf(FRAME.output, "-"), end(0, 1, "b")), {
      ...base,
      ...{ code: 0, out: "-b" },
    });
    const long = "l".repeat(1024);
    assertEquals(await of(end(1, 1, `${long}more`)), { ...base, code: 1, out: long });
  });

  staged("goes on without a reader, and without a word of it", async (stage) => {
    const around = '{ ("$@"); echo "$?" >&2; } | true';
    const seen = await stage.answered(async (peer) => {
      // The reader is gone before anything comes: `true` ends by itself.
      for (let count = 0; count < 10; count++) {
        await peer.write(frameOf(FRAME.output, new Uint8Array(60_000)));
      }
      await peer.write([...frameOf(FRAME.errors, "told "), ...frameOf(FRAME.status, [4])]);
      assertEquals((await peer.rest()).length, 0);
    }, { around });
    assertEquals(seen, { code: 0, signal: null, out: "", err: "told 4\n" });
  });

  staged("tells the manager of lost output, and ends as that says", async (stage) => {
    const seen = await stage.answered(async (peer) => {
      await peer.write([
        ...frameOf(FRAME.output, "lost"),
        ...frameOf(FRAME.errors, "all the same "),
        ...frameOf(FRAME.atEnd, "\0\u0001\0\0not heard"),
        ...frameOf(FRAME.status, [0]),
      ]);
      assertEquals([...await peer.read(5)], [OUTPUT_LOST, 28, 0, 0, 0]);
      await peer.write([
        ...frameOf(FRAME.heard),
        ...frameOf(FRAME.output, "lost as well"),
        ...frameOf(FRAME.errors, "disk full\n"),
        ...frameOf(FRAME.status, [6]),
      ]);
      assertEquals((await peer.rest()).length, 0);
    }, { around: '"$@" >/dev/full' });
    assertEquals(seen, { code: 6, signal: null, out: "", err: "all the same disk full\n" });
    const unheard = await stage.answered(async (peer) => {
      await peer.write(frameOf(FRAME.output, "lost"));
      await peer.read(5);
    }, { around: '"$@" >/dev/full' });
    assertEquals(unheard, { code: 1, signal: null, out: "", err: "" });
    const errors = await stage.answered(async (peer) => {
      await peer.write([...frameOf(FRAME.errors, "lost"), ...frameOf(FRAME.output, "kept")]);
      await peer.write(frameOf(FRAME.status, [2]));
      assertEquals((await peer.rest()).length, 0);
    }, { around: '"$@" 2>/dev/full' });
    assertEquals(errors, { code: 2, signal: null, out: "kept", err: "" });
  });

  staged("does not connect to a manager that takes no orders", async (stage) => {
    const path = `${stage.folder}/upstream`;
    using listener = Deno.listen({ transport: "unix", path });
    Deno.chmodSync(path, 0o600);
    goesOn(await stage.runner.command({ words: ["dinitctl", "-p", path, "list"] }).output());
    const connection = listener.accept();
    // The first that is accepted is the one made here.
    using own = await Deno.connect({ transport: "unix", path });
    await own.write(new Uint8Array([7]));
    using accepted = await connection;
    const first = new Uint8Array(1);
    assertEquals([await accepted.read(first), ...first], [1, 7]);
  });

  staged("leaves closed descriptors to the full client", async (stage) => {
    const path = `${stage.folder}/there`;
    using _listener = Deno.listen({ transport: "unix", path });
    Deno.chmodSync(path, 0o600 | TAKES_ORDERS_MODE);
    for (const closed of ["0<&-", "1>&-", "2>&-", "0<&- 2>&-", "0<&- 1>&- 2>&-"]) {
      const { code, stdout } = await stage.runner.command({
        words: ["dinitctl", "-p", path, "list"],
        around: `("$@") ${closed}; echo "$?"`,
      }).output();
      assertEquals([code, decoder.decode(stdout.subarray(-4))], [0, `${LONG_WAY}\n`], closed);
    }
  });

  staged(
    "sends orders up to the limit, and leaves longer ones to the full client",
    async (stage) => {
      const sent = async (filling: readonly string[]) => {
        const words = ["dinitctl", "-p", `${stage.folder}/socket`, ...filling];
        return await stage.run((peer) => peer.order(), { words });
      };
      const { played: empty } = await sent([""]);
      const room = ORDER_LIMIT_BYTES - empty.length;
      const most = await sent(["w".repeat(room)]);
      assertEquals(most.played.length, ORDER_LIMIT_BYTES);
      assertEquals(orderOf(most.played).words.at(-1)?.length, room);
      for (const filling of [["w".repeat(room + 1)], ["w".repeat(room), ""]]) {
        const { ended, played } = await sent(filling);
        goesOn(ended);
        assertEquals(played.length, 0);
      }
    },
  );

  staged("ends by a signal while it waits", async (stage) => {
    const { runner, folder } = stage;
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      let kill = () => {};
      const { ended } = await played(folder, async (peer) => {
        await peer.accept();
        kill();
        await peer.rest();
      }, async (socket) => {
        const child = runner.command({ words: ["dinitctl", "-p", socket, "list"] }).spawn();
        kill = () => child.kill(signal);
        return await child.output();
      });
      assertEquals(ended.signal, signal);
    }
  });

  staged("says at SIGINT what goes on, and leaves an ignored one alone", async (stage) => {
    const { runner, folder } = stage;
    const long = "x".repeat(END_TEXT_LIMIT_BYTES + 50);
    const cases = [
      { texts: ["it goes on\n"], around: undefined, code: 130, out: "it goes on\n" },
      { texts: ["first\n", "then\n"], around: undefined, code: 130, out: "then\n" },
      { texts: [long], around: undefined, code: 130, out: long.slice(0, END_TEXT_LIMIT_BYTES) },
      { texts: ["it goes on\n", ""], around: undefined, code: 130, out: "" },
      { texts: ["it goes on\n"], around: 'trap "" INT; "$@"', code: 3, out: "" },
    ];
    for (const { texts, around, code, out } of cases) {
      let killed = () => {};
      const isKilled = new Promise<void>((resolve) => killed = resolve);
      const { ended } = await played(folder, async (peer) => {
        await peer.accept();
        for (const text of texts) await peer.write(frameOf(FRAME.interrupted, text));
        await peer.write([...frameOf(FRAME.output, "ready\n"), ...frameOf(FRAME.waits)]);
        await isKilled;
        // Who is gone hears nothing of it.
        await peer.write(frameOf(FRAME.status, [3])).catch(() => {});
        await peer.rest();
      }, async (socket) => {
        const words = ["dinitctl", "-p", socket, "start", "web"];
        const start = { words, ...around === undefined ? {} : { around } };
        const child = runner.command(start).spawn();
        const [seen, kept] = child.stdout.tee();
        const reader = seen.pipeThrough(new TextDecoderStream()).getReader();
        let said = "";
        while (!said.includes("ready")) said += (await reader.read()).value ?? "ready";
        child.kill("SIGINT");
        killed();
        const rest = new Response(kept).arrayBuffer();
        for (let part = await reader.read(); !part.done;) part = await reader.read();
        const stderr = new Uint8Array(await new Response(child.stderr).arrayBuffer());
        return { ...await child.status, stdout: new Uint8Array(await rest), stderr };
      });
      assertEquals(shown(ended), { code, signal: null, out: `ready\n${out}`, err: "" });
    }
  });

  staged("calls itself as it was called", async (stage) => {
    const { runner, folder } = stage;
    const words = ["x/dinit", "ctl", "-p", `${folder}/socket`, "list"];
    assertEquals((await stage.answered(() => Promise.resolve(), { words })).err, early("dinitctl"));
    assertEquals(
      await runner.command({ words: ["dinitctl", "list"], env: { DINIT_CLIENT: "full" } }).output()
        .then(({ code }) => code),
      LONG_WAY,
    );
  });

  staged("does not talk to another user's manager, but to root's", async (stage) => {
    const path = `${stage.folder}/other`;
    const script = "use Socket; socket(L, AF_UNIX, SOCK_STREAM, 0); " +
      "bind(L, pack_sockaddr_un($ARGV[0])) or die; listen(L, 5); print qq(ready\\n); $| = 1; print qq(\\n); " +
      "accept(C, L); sysread(C, $got, 100); print length($got), qq(\\n);";
    Deno.chmodSync(stage.folder, 0o777);
    const server = new Deno.Command("perl", {
      args: ["-e", script, path],
      uid: 65534,
      gid: 65534,
      stdout: "piped",
    }).spawn();
    const reader = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let said = "";
    while (!said.includes("\n\n")) said += (await reader.read()).value ?? "\n\n";
    Deno.chmodSync(path, 0o777 | TAKES_ORDERS_MODE);
    goesOn(await stage.runner.command({ words: ["dinitctl", "-p", path, "list"] }).output());
    said = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) said += part.value;
    assertEquals(said.trim(), "0", "Nothing was sent");
    await server.status;
    const { played: order } = await stage.run((peer) => peer.accept(), { user: 65534 });
    assertEquals(orderOf(order).user, 65534);
  }, [tool("perl"), surroundings("root", Deno.uid() === 0)]);
}
