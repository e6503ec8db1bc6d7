/**
 * Tables of error numbers as text, and the rows that all our systems have from the seventh edition
 * of Unix: 1 to 34, but for 11, which stayed EAGAIN on Linux and became EDEADLK in BSD. Sources:
 * asm-generic/errno-base.h of Linux, sys/sys/errno.h of FreeBSD, sys/errno.h of XNU. The words are
 * those of glibc's strerror(3), in lower case as our messages want them.
 */
import type { ErrnoTable } from "./errno.ts";

/**
 * The table of one system. A line is looked for when somebody asks: as rows of a map they would
 * take a tenth of a millisecond of each start, for the one or two that a run meets.
 *
 * @param rows A row each line: number, name, words. Of two with a number the later one counts.
 */
export function errnoTable(rows: string): ErrnoTable {
  const text = `\n${rows}`;
  return {
    get(errno) {
      const at = text.lastIndexOf(`\n${errno} `);
      if (at < 0) return undefined;
      const line = text.slice(at + 1, text.indexOf("\n", at + 1));
      const [, name = "", words = ""] = /^[0-9]+ (\w+) (.*)$/.exec(line) ?? [];
      return { name, text: words };
    },
    numberOf(name) {
      const at = text.lastIndexOf(` ${name} `);
      return at < 0 ? undefined : Number(text.slice(text.lastIndexOf("\n", at), at));
    },
  };
}

/** The rows that Linux, FreeBSD and macOS share. */
export const COMMON_ERRNO_ROWS = `\
1 EPERM operation not permitted
2 ENOENT no such file or directory
3 ESRCH no such process
4 EINTR interrupted system call
5 EIO input/output error
6 ENXIO no such device or address
7 E2BIG argument list too long
8 ENOEXEC exec format error
9 EBADF bad file descriptor
10 ECHILD no child processes
12 ENOMEM cannot allocate memory
13 EACCES permission denied
14 EFAULT bad address
15 ENOTBLK block device required
16 EBUSY device or resource busy
17 EEXIST file exists
18 EXDEV invalid cross-device link
19 ENODEV no such device
20 ENOTDIR not a directory
21 EISDIR is a directory
22 EINVAL invalid argument
23 ENFILE too many open files in system
24 EMFILE too many open files
25 ENOTTY not a terminal or unsuitable device
26 ETXTBSY text file busy
27 EFBIG file too large
28 ENOSPC no space left on device
29 ESPIPE illegal seek
30 EROFS read-only file system
31 EMLINK too many links
32 EPIPE broken pipe
33 EDOM numerical argument out of domain
34 ERANGE numerical result out of range
`;
