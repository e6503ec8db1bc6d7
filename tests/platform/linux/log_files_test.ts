/** Log files by Linux's calls. */
import { linuxLogFiles } from "../../../platform/linux/log_file_calls.ts";
import { testLogFiles } from "../posix/logs/log_file_suite.ts";

testLogFiles({ name: "logs on Linux", needs: [], logs: linuxLogFiles });
