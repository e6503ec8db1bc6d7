/** dinit-convert(8), from its table of options. */
import { SOURCE_KINDS, type SourceKind } from "../../core/convert/mod.ts";
import { CONVERT_OPTIONS } from "../../ctl/convert/options.ts";
import { definitions, literal, type ManualPage, paragraphs, prose, section } from "./mdoc.ts";
import { optionList, seeAlso } from "./page_parts.ts";

/** What each kind of source is, and what becomes of it. */
const KINDS: Readonly<Record<SourceKind, string>> = {
  dinit:
    "A description in upstream's format, which means the same afterwards. Of a directory every file whose name is that of a service is taken.",
  systemd:
    "A unit, with its drop-ins: those beside it, and for a unit of the system those in /etc/systemd/system and /run/systemd/system. A service, its socket and its timer become one description. A template keeps its argument; an instance, named with it, has it filled in. Of a directory, what systemd ships for itself is left out, and so are masked and empty units.",
  supervisord:
    "A configuration file, with those that it includes: a description for each program and each group.",
  runit:
    "A service directory, or a directory of them. A run script that only prepares one program becomes that program and settings; any other script is run as it is. A logger becomes a service of its own.",
  s6: "Likewise of s6, and source directories of s6-rc.",
  procfile: "A Procfile: a description for each process.",
  compose:
    "A Compose file, as far as its services are processes whose command is known. What is in an image is not.",
  crontab:
    "A crontab: a description with a timer for each job. /etc/crontab and files of cron.d name a user in each line, others do not.",
};

export const DINIT_CONVERT_PAGE: ManualPage = {
  name: "dinit-convert",
  section: 8,
  summary: "turn services of other init systems into descriptions",
  body: [
    section("SYNOPSIS", ".Nm dinit convert\n.Op Ar options\n.Ar file | directory ...\n"),
    section(
      "DESCRIPTION",
      prose(
        "`dinit convert` writes services of other init systems as descriptions in TOML, as dinit-service(5) has them. Comments stay, and so does the order of the lines.",
      ),
      ".Pp\n",
      paragraphs(
        "Each line that has no counterpart becomes a comment that begins with LOST, says how much it matters (little: nobody will notice; some: somebody may; much: the service is another one without it) and what is lost. What the other system does by itself where a file says nothing is written at the end. Read the result before you use it.",
        "Without options the descriptions are printed. A file that is there is never replaced without --force, unless it has the same text. What a file is, is recognised by its name or contents.",
      ),
      optionList(CONVERT_OPTIONS),
    ),
    section(
      "KINDS",
      definitions(SOURCE_KINDS.map((kind) => ({ term: `Cm ${kind}`, text: KINDS[kind] }))),
    ),
    section(
      "EXIT STATUS",
      paragraphs(
        "0 when nothing is lost, 3 when something is, 1 when a file cannot be read or written: the place is told then.",
      ),
    ),
    section(
      "EXAMPLES",
      paragraphs("See what would be lost of the services of a machine:"),
      literal("dinit convert --report /lib/systemd/system"),
      paragraphs("Take one of them over, and check it:"),
      literal("dinit convert -o /etc/dinit.d /lib/systemd/system/nginx.service\ndinit check nginx"),
    ),
    seeAlso(["dinit", 8], ["dinit-check", 8], ["dinit-service", 5]),
  ].join(""),
};
