import {
  type KeyPath,
  locate,
  type LocateOptions,
} from "../../../../core/description/text/locate.ts";
import { assertEquals } from "../../../assert.ts";

const TEXT = `# comment = "no"
type = "process" # type again
"quoted key" = 1
'lit' = 'it"s'
list = [ "a", # one, ] two
  "b\\"]", [1, { x = 'y' }],
]
multi = """
depends-on = ["no"]
"""
literal = '''
x = 1'''
dotted . name = true
inline = { soft = 1, "hard" = "-", deep.er = [1] }
"größe" = "ä" # then
\ttabbed = 1

[environment]
A = "1"
[meta.more]
enable-via = "boot"
[[many]]
k = 1
[[many]]
k = 2
`;

function at(path: KeyPath, options?: LocateOptions): string {
  const { line, column } = locate(TEXT, "f", path, options);
  return `${line}:${column}`;
}

Deno.test("locate() finds values and keys of every shape", () => {
  assertEquals(at(["type"]), "2:8");
  assertEquals(at(["type"], { part: "key" }), "2:1");
  assertEquals(at(["quoted key"]), "3:16");
  assertEquals(at(["list"]), "5:8");
  assertEquals(at(["list", 0]), "5:10");
  assertEquals(at(["list", 1]), "6:3");
  assertEquals(at(["list", 2, 1, "x"]), "6:21");
  assertEquals(at(["multi"]), "8:9");
  assertEquals(at(["literal"]), "11:11");
  assertEquals(at(["dotted", "name"]), "13:17");
  assertEquals(at(["dotted"], { part: "key" }), "13:1");
  assertEquals(at(["dotted", "name"], { part: "key" }), "13:10");
  assertEquals(at(["inline", "hard"]), "14:31");
  assertEquals(at(["inline", "hard"], { part: "key" }), "14:22");
  assertEquals(at(["inline", "deep", "er", 0]), "14:47");
  assertEquals(at(["größe"]), "15:11");
  assertEquals(at(["tabbed"], { part: "key" }), "16:2");
  assertEquals(at(["environment"]), "18:2");
  assertEquals(at(["environment", "A"]), "19:5");
  assertEquals(at(["meta"]), "20:2");
  assertEquals(at(["meta", "more", "enable-via"]), "21:14");
  assertEquals(at(["many", 1, "k"]), "25:5");
  assertEquals(at(["many", 1]), "24:1");
});

Deno.test("locate() counts an offset into a string, over escapes and lines", () => {
  assertEquals(at(["type"], { offset: 2 }), "2:11");
  assertEquals(at(["list", 1], { offset: 1 }), "6:5");
  assertEquals(at(["list", 1], { offset: 2 }), "6:7");
  assertEquals(at(["multi"], { offset: 3 }), "9:4");
  assertEquals(at(["literal"], { offset: 4 }), "12:5");
  const escapes = 'a = "\\u00e4\\U0001f600x\\ty"\nb = """\\\n  z\\\n\n  y"""\n';
  const after = (key: string, offset: number) => {
    const { line, column } = locate(escapes, "f", [key], { offset });
    return `${line}:${column}`;
  };
  assertEquals([after("a", 1), after("a", 3), after("a", 5)], ["1:12", "1:22", "1:25"]);
  assertEquals([after("b", 0), after("b", 1)], ["2:8", "3:4"]);
});

Deno.test("locate() answers the beginning of the file for a path that is not there", () => {
  assertEquals(at(["nothing"]), "1:1");
});

Deno.test("locate() gives the line without its end", () => {
  assertEquals(locate("a = 1\r\nb = 2\r\n", "f", ["b"]).lineText, "b = 2");
});

Deno.test("locate() ends on text that is no TOML", () => {
  for (const text of ["[", "a = [", "a = {", "= = =", 'a = "', "[[[", "a = [}", "]"]) {
    locate(text, "f", ["zzz"]);
  }
});
