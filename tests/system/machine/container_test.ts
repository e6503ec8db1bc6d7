/**
 * The first process of a container: the end of the container, and what its status says.
 */
import { until } from "../../wait.ts";
import { assert, assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { testNeeding } from "../../skip.ts";
import { HARMLESS_SIGNALS } from "../harmless_signals.ts";
import { NAMESPACE_NEEDS, withFirstProcess } from "./first_process.ts";

const NO_RESTART = "restart = false\n";

function shell(script: string, settings = ""): string {
  const escaped = JSON.stringify(script.replaceAll("$", "$$$$"));
  return `type = "process"\ncommand = ["/bin/sh", "-c", ${escaped}]\n${settings}`;
}

/** As services/container has it: boot lives as long as the application. */
function image(app: string): Readonly<Record<string, string>> {
  return { boot: `type = "internal"\ndepends-on = ["app"]\n${NO_RESTART}`, app };
}

testNeeding(
  "SIGTERM stops a container's services in order, with status 0",
  NAMESPACE_NEEDS,
  async () => {
    const services = image(
      shell(
        "trap 'echo app is told; exit 3' TERM; echo app runs; while :; do sleep 0.1; done",
        'depends-on = ["db"]\noptions = ["shares-console"]\n',
      ),
    );
    const all = { ...services, db: shell("exec sleep 1000") };
    await withFirstProcess({ services: all, args: ["--container"] }, async (first) => {
      await first.outputHas("app runs");
      await first.outputHas("[  OK  ] boot");
      await first.signal("SIGTERM");
      assertEquals((await first.ended()).code, 0);
      const { output } = first;
      assertIncludes(output, "app is told");
      const stopped = [...output.matchAll(/\[STOPPD\] (\w+)/g)].map((match) => match[1]);
      assertEquals(stopped, ["boot", "app", "db"]);
    });
  },
);

for (
  const [signal, status] of [
    ["INT", 0],
    ["QUIT", 0],
    ["PWR", 0],
    ["RTMIN+3", 0],
    ["RTMIN+4", 0],
    ["RTMIN+5", 130],
  ] as const
) {
  testNeeding(
    `SIG${signal} stops a container's services in order, with status ${status}`,
    NAMESPACE_NEEDS,
    async () => {
      const services = image(
        shell(
          "trap 'echo app is told; exit 3' TERM; echo app runs; while :; do sleep 0.1; done",
          'options = ["shares-console"]\n',
        ),
      );
      await withFirstProcess({ services, args: ["--container"] }, async (first) => {
        await first.outputHas("app runs");
        await first.outputHas("[  OK  ] boot");
        await first.kill(signal);
        assertEquals((await first.ended()).code, status);
        assertMatch(first.output, /app is told[^]*\[STOPPD\] app/);
      });
    },
  );
}

testNeeding(
  "no other signal ends a container, or tells its services",
  NAMESPACE_NEEDS,
  async () => {
    const services = image(
      shell(
        "trap 'echo app is told; exit 3' TERM; echo app runs; while :; do sleep 0.1; done",
        'options = ["shares-console"]\n',
      ),
    );
    await withFirstProcess({ services, args: ["--container"] }, async (first) => {
      await first.outputHas("app runs");
      await first.outputHas("[  OK  ] boot");
      for (const signal of HARMLESS_SIGNALS) await first.kill(signal);
      // A request is answered after the signals.
      assertEquals((await first.ctl("is-started", "app")).code, 0);
      assertEquals(first.output.includes("app is told"), false);
      await first.signal("SIGTERM");
      assertEquals((await first.ended()).code, 0);
    });
  },
);

testNeeding("a container ends with the status of its application", NAMESPACE_NEEDS, async () => {
  const services = image(shell("exit 3", NO_RESTART));
  await withFirstProcess({ services, args: ["--container"] }, async (first) => {
    assertEquals((await first.ended()).code, 3);
  });
});

testNeeding(
  "a container whose application crashes ends with 128 and the signal",
  NAMESPACE_NEEDS,
  async () => {
    const services = image(shell("kill -SEGV $$", NO_RESTART));
    await withFirstProcess({ services, args: ["--container"] }, async (first) => {
      assertEquals((await first.ended()).code, 139);
    });
  },
);

for (
  const [what, app, status, message] of [
    [
      "ends with 5 before its pipe says that it is ready",
      shell("exit 5", 'ready-notification = "pipefd:3"\n'),
      5,
      undefined,
    ],
    [
      "ends with 0 before its pipe says that it is ready",
      shell("exit 0", 'ready-notification = "pipefd:3"\n'),
      1,
      undefined,
    ],
    ["ends with 5 at once", shell("exit 5", NO_RESTART), 5, undefined],
    [
      "cannot open its log file",
      shell("exit 0", 'logfile = "/nonexistent/app.log"\n'),
      125,
      'opening the log file "/nonexistent/app.log" failed: no such file or directory',
    ],
    [
      "is not there",
      'type = "process"\ncommand = ["/nonexistent/app"]\n',
      127,
      'executing "/nonexistent/app" failed: no such file or directory',
    ],
    [
      "cannot be executed",
      'type = "process"\ncommand = ["/etc/passwd"]\n',
      126,
      'executing "/etc/passwd" failed: permission denied',
    ],
    [
      "ends well too often",
      shell("exit 0", "restart-limit-count = 2\nrestart-delay = 0.01\n"),
      1,
      "Restart limit reached",
    ],
    [
      "gives way to a service that fails",
      shell("exit 0", `${NO_RESTART}chain-to = "next"\n`),
      7,
      undefined,
    ],
    [
      "gives way to a service that is not there",
      shell("exit 0", `${NO_RESTART}chain-to = "nowhere"\n`),
      1,
      'Cannot chain to "nowhere"',
    ],
  ] as const
) {
  testNeeding(
    `a container whose application ${what} has status ${status}`,
    NAMESPACE_NEEDS,
    async () => {
      const services = { app, next: shell("exit 7", NO_RESTART) };
      await withFirstProcess({ services, args: ["--container", "app"] }, async (first) => {
        assertEquals((await first.ended()).code, status);
        if (message !== undefined) assertIncludes(first.output, message);
      });
    },
  );
}

testNeeding(
  "a container whose application had to be killed at its stop has status 137",
  NAMESPACE_NEEDS,
  async () => {
    const services = image(
      shell(
        "trap '' TERM; echo app runs; while :; do sleep 0.1; done",
        'options = ["shares-console"]\nstop-timeout = 0.1\n',
      ),
    );
    await withFirstProcess({ services, args: ["--container"] }, async (first) => {
      await first.outputHas("app runs");
      await first.outputHas("[  OK  ] boot");
      await first.signal("SIGTERM");
      assertEquals((await first.ended()).code, 137);
    });
  },
);

testNeeding(
  "a container whose application does its work and ends has status 0",
  NAMESPACE_NEEDS,
  async () => {
    const services = image(shell("exit 0", NO_RESTART));
    await withFirstProcess({ services, args: ["--container"] }, async (first) => {
      assertEquals((await first.ended()).code, 0);
    });
  },
);

testNeeding(
  "a container without loadable services ends with status 1",
  NAMESPACE_NEEDS,
  async () => {
    await withFirstProcess({ services: {}, args: ["--container"] }, async (first) => {
      assertEquals((await first.ended()).code, 1);
      assertIncludes(first.output, 'Cannot load "boot"');
    });
  },
);

testNeeding(
  "what has not stopped within --grace is killed, and the status says so",
  NAMESPACE_NEEDS,
  async () => {
    const services = image(
      shell(
        "trap '' TERM; echo app runs; while :; do sleep 0.1; done",
        'options = ["shares-console"]\nstop-timeout = 0\n',
      ),
    );
    const args = ["--container", "--grace", "500ms"];
    await withFirstProcess({ services, args }, async (first) => {
      await first.outputHas("app runs");
      await first.outputHas("[  OK  ] boot");
      await first.signal("SIGTERM");
      assertEquals((await first.ended()).code, 137);
      assertMatch(first.output, /The grace period is over: killing all services/);
      assertMatch(first.output, /app: was told to end \(process \d+\); it has no time limit/);
    });
  },
);

testNeeding(
  "a start without a limit does not keep a container from ending",
  NAMESPACE_NEEDS,
  async () => {
    const services = {
      boot: 'type = "scripted"\nstart-timeout = 0\ncommand = ["/bin/sh", "-c", ' +
        "\"trap '' TERM INT; echo begun; while :; do sleep 0.1; done\"]\n" +
        'options = ["shares-console"]\nstop-timeout = "1s"\n',
    };
    const args = ["--container", "--grace", "1s"];
    await withFirstProcess({ services, args }, async (first) => {
      await first.outputHas("begun");
      await first.signal("SIGTERM");
      assertEquals((await first.ended()).code, 137);
    });
  },
);

testNeeding("Ctrl-C five times kills everything at once", NAMESPACE_NEEDS, async () => {
  const services = image(
    shell(
      "trap '' TERM; echo app runs; while :; do sleep 0.1; done",
      'options = ["shares-console"]\nstop-timeout = 0\n',
    ),
  );
  await withFirstProcess({ services, args: ["--container"] }, async (first) => {
    await first.outputHas("app runs");
    await first.outputHas("[  OK  ] boot");
    await first.signal("SIGINT");
    await first.outputHas("[STOPPD] boot");
    // Each is answered before the next one comes: several that wait would be merged into one.
    for (const left of ["3 times more", "2 times more", "once more"]) {
      await first.signal("SIGINT");
      await first.outputHas(`Press Ctrl-C ${left}`);
    }
    await first.signal("SIGINT");
    assertEquals((await first.ended()).code, 137);
    assertIncludes(first.output, "app: was told to end");
  });
});

testNeeding("the first process of a container reaps orphans", NAMESPACE_NEEDS, async () => {
  const services = image(
    shell(
      "(sleep 0.2 & ) ; (exit 5 & ); echo app runs; exec sleep 1000",
      'options = ["shares-console"]\n',
    ),
  );
  await withFirstProcess({ services, args: ["--container"] }, async (first) => {
    await first.outputHas("app runs");
    const pid = await first.pid();
    // Only its service is left; an orphan that is not reaped makes this wait until the test fails.
    const children = () => Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`).trim();
    await until("the orphans' end", () => children().split(" ").length === 1);
    assert((await first.ctl("is-started", "boot")).code === 0);
  });
});
