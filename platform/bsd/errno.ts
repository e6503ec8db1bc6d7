/**
 * Names and words of FreeBSD's error numbers: sys/sys/errno.h, equal on all architectures. The
 * words are those of Linux (`platform/ffi/errno_rows.ts`, `platform/linux/kernel/errno.ts`) where
 * both systems have the name.
 */
import type { ErrnoTable } from "../ffi/errno.ts";
import { COMMON_ERRNO_ROWS, errnoTable } from "../ffi/errno_rows.ts";

/** Those that macOS has as well, but for 45: sys/errno.h of XNU. */
const SHARED_ROWS = `\
11 EDEADLK resource deadlock avoided
35 EAGAIN resource temporarily unavailable
36 EINPROGRESS operation now in progress
37 EALREADY operation already in progress
38 ENOTSOCK socket operation on non-socket
39 EDESTADDRREQ destination address required
40 EMSGSIZE message too long
41 EPROTOTYPE protocol wrong type for socket
42 ENOPROTOOPT protocol not available
43 EPROTONOSUPPORT protocol not supported
44 ESOCKTNOSUPPORT socket type not supported
45 EOPNOTSUPP operation not supported
46 EPFNOSUPPORT protocol family not supported
47 EAFNOSUPPORT address family not supported by protocol
48 EADDRINUSE address already in use
49 EADDRNOTAVAIL cannot assign requested address
50 ENETDOWN network is down
51 ENETUNREACH network is unreachable
52 ENETRESET network dropped connection on reset
53 ECONNABORTED software caused connection abort
54 ECONNRESET connection reset by peer
55 ENOBUFS no buffer space available
56 EISCONN transport endpoint is already connected
57 ENOTCONN transport endpoint is not connected
58 ESHUTDOWN cannot send after transport endpoint shutdown
59 ETOOMANYREFS too many references: cannot splice
60 ETIMEDOUT connection timed out
61 ECONNREFUSED connection refused
62 ELOOP too many levels of symbolic links
63 ENAMETOOLONG file name too long
64 EHOSTDOWN host is down
65 EHOSTUNREACH no route to host
66 ENOTEMPTY directory not empty
67 EPROCLIM too many processes
68 EUSERS too many users
69 EDQUOT disk quota exceeded
70 ESTALE stale file handle
71 EREMOTE object is remote
72 EBADRPC remote call has a bad structure
73 ERPCMISMATCH remote call version wrong
74 EPROGUNAVAIL remote program not available
75 EPROGMISMATCH remote program version wrong
76 EPROCUNAVAIL bad procedure for program
77 ENOLCK no locks available
78 ENOSYS function not implemented
79 EFTYPE inappropriate file type or format
80 EAUTH authentication error
81 ENEEDAUTH need authenticator
`;
const FREEBSD_ROWS = `\
82 EIDRM identifier removed
83 ENOMSG no message of desired type
84 EOVERFLOW value too large for defined data type
85 ECANCELED operation canceled
86 EILSEQ invalid or incomplete multibyte or wide character
87 ENOATTR attribute not found
88 EDOOFUS programming error
89 EBADMSG bad message
90 EMULTIHOP multihop attempted
91 ENOLINK link has been severed
92 EPROTO protocol error
93 ENOTCAPABLE capabilities insufficient
94 ECAPMODE not permitted in capability mode
95 ENOTRECOVERABLE state not recoverable
96 EOWNERDEAD owner died
97 EINTEGRITY integrity check failed
`;
const DARWIN_ROWS = `\
45 ENOTSUP operation not supported
84 EOVERFLOW value too large for defined data type
89 ECANCELED operation canceled
92 EILSEQ invalid or incomplete multibyte or wide character
93 ENOATTR attribute not found
94 EBADMSG bad message
100 EPROTO protocol error
102 EOPNOTSUPP operation not supported
`;

/** Error number → name and words. */
export const FREEBSD_ERRNO: ErrnoTable = errnoTable(
  COMMON_ERRNO_ROWS + SHARED_ROWS + FREEBSD_ROWS,
);

/** Error number → name and words; a number that is not in the table is named by its number. */
export const DARWIN_ERRNO: ErrnoTable = errnoTable(
  COMMON_ERRNO_ROWS + SHARED_ROWS + DARWIN_ROWS,
);
