/** Variables in commands that become nothing, or are taken from a shell's script. */
import { assertEquals, assertIncludes } from "../../assert.ts";
import { load, only, problems, problemsOf } from "./descriptions.ts";

const PROCESS = 'type = "process"\n';

function hintsOf(text: string): (string | undefined)[] {
  const result = load("s", { "/d/s.toml": PROCESS + text });
  return result.kind === "not-found" ? [] : result.problems.map(({ hint }) => hint);
}

Deno.test("a variable of a shell's script that is not set is told, with what to write", () => {
  const text = 'command = ["/bin/sh", "-c", "m=5; echo $m"]';
  assertEquals(problems(PROCESS + text), [
    '2:40: warning: Doubtful "m=5; echo $m" in command: the variable "m" is not set, so $m becomes nothing',
  ]);
  assertEquals(hintsOf(text), ["For the shell's own variable write $$m"]);
  const mended = text.replace("$m", "$$$$m");
  assertEquals(problems(PROCESS + mended), []);
  assertEquals(only(load("s", { "/d/s.toml": PROCESS + mended })).command[2], "m=5; echo $m");
});

Deno.test("a variable that a script sets itself is told even if the manager has it", () => {
  const environment = { HOME: "/root", i: "1", A: "x" };
  const told = (script: string) =>
    problems(`${PROCESS}command = ["/bin/sh", "-c", ${JSON.stringify(script)}]`, { environment })
      .map((line) => /variable "(\w+)" is not set|sets "(\w+)" itself/.exec(line))
      .map((match) => match?.[1] ?? match?.[2]);
  assertEquals(told("cd $HOME"), []);
  assertEquals(told("HOME=/x; cd $HOME; ls $HOME"), ["HOME"]);
  assertEquals(told("for i in 1 2; do echo $i; done"), ["i"]);
  assertEquals(told("while read -r A b; do echo ${A}; done"), ["A"]);
  assertEquals(told("echo $A $B ${C:-} ${D-x} ${E:+y} $/F"), ["B"]);
});

Deno.test("a variable that is not set is told at its place, in lines and behind escapes", () => {
  const places = (text: string) => problems(PROCESS + text).map((line) => line.split(" ")[0]);
  assertEquals(places('command = "/bin/x  a \\"b $X\\" $Y"'), ["2:26:", "2:31:"]);
  assertEquals(places('command = ["/bin/x", "\\t\\u0041 ${X}"]'), ["2:32:"]);
  const script = "'''\nset -e\necho $X\n'''";
  assertEquals(places(`command = "/bin/x"\nstop-command = ["/bin/sh", "-c", ${script}]`), ["5:6:"]);
});

Deno.test("a variable that is not set is told in upstream's format and other settings, too", () => {
  const native = "type = process\ncommand = /bin/x $A \\\n   $B\nlogfile = /l-$C\nafter: a$D\n";
  const lines = problemsOf(load("s", { "/d/s": native }));
  assertEquals(lines.map((line) => line.split(" ")[0]), ["2:18:", "3:4:", "4:14:", "5:9:"]);
  assertIncludes(lines[3] ?? "", 'the variable "D" is not set, so $D becomes nothing');
  const socket = '[[socket]]\nlisten = "/run/$NAME"';
  assertEquals(problems(`${PROCESS}command = "/bin/x"\n${socket}`), [
    '4:16: warning: Doubtful listen = "/run/$NAME": the variable "NAME" is not set, so $NAME becomes nothing',
  ]);
});

Deno.test("a dollar sign that only a shell understands is an error that says how to write it", () => {
  const hint = "In a shell's script, write $$ where the shell is to see $";
  assertEquals(hintsOf('command = ["/bin/sh", "-c", "echo $(date)"]'), [hint]);
  assertEquals(hintsOf('command = ["/bin/sh", "-ec", "echo $1"]'), [hint]);
  assertEquals(hintsOf('command = ["/bin/x", "$("]'), [undefined]);
});
