/** The wait for descriptors and signals by epoll. */
import { createPoller } from "../../../../platform/linux/poll/poller.ts";
import { testPoller } from "../../poller_suite.ts";

testPoller({ name: "epoll", needs: [], tellsStatus: false, create: createPoller });
