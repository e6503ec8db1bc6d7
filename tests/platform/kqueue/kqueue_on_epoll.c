/*
 * kqueue(2) for tests on Linux: the part that the poller uses, made from epoll, signalfd and pidfds.
 *
 * Filters READ, WRITE, SIGNAL, PROC (NOTE_EXIT) and TIMER (one timer, EV_ONESHOT); changes without EV_RECEIPT. As on FreeBSD
 * a failed change is an event with EV_ERROR, which keeps the call from waiting, or without room for events the call's errno;
 * an end of file sets EV_EOF, and the two directions of a descriptor are two events. KEVENT_EXTENSION makes the structure 64 bytes long, as FreeBSD 12 and later have it; without it
 * the structure has 32 bytes, as in macOS and libkqueue, and the status of a process is told only with NOTE_EXITSTATUS.
 * Of a process that is no child Linux tells no status: then NOTE_EXITSTATUS is missing, or the status 0.
 *
 * A library of its own because Debian 12 has none (libkqueue left it). One queue keeps its watches in a table
 * by descriptor; nothing is locked: one thread, as in the manager.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct kevent {
	uintptr_t ident;
	int16_t filter;
	uint16_t flags;
	uint32_t fflags;
	int64_t data;
	void *udata;
#ifdef KEVENT_EXTENSION
	uint64_t extension[4];
#endif
};

enum { EVFILT_READ = -1, EVFILT_WRITE = -2, EVFILT_PROC = -5, EVFILT_SIGNAL = -6, EVFILT_TIMER = -7 };
enum { EV_ADD = 1, EV_DELETE = 2, EV_ONESHOT = 0x10, EV_CLEAR = 0x20, EV_ERROR = 0x4000, EV_EOF = 0x8000 };
#define NOTE_EXIT 0x80000000u
#define NOTE_EXITSTATUS 0x04000000u
enum { MOST_DESCRIPTORS = 4096, MOST_QUEUES = 64, ROOM = 256 };

struct watch {
	uint32_t mask;
	void *read_data, *write_data;
	/* Of a pidfd; 0: no process is watched by this descriptor. */
	int pid;
	uint32_t notes;
};

struct queue {
	int used, epoll, signals;
	sigset_t set;
	void *signal_data[65];
	/* The timer: when it is due, by CLOCK_MONOTONIC; 0: not set. */
	int64_t due_ns;
	uintptr_t timer;
	struct watch watches[MOST_DESCRIPTORS];
};

static struct queue *queues[MOST_QUEUES];

int kqueue(void)
{
	for (int slot = 0; slot < MOST_QUEUES; slot++) {
		if (queues[slot] != NULL) continue;
		struct queue *queue = calloc(1, sizeof *queue);
		if (queue == NULL) return -1;
		queue->epoll = epoll_create1(0);
		if (queue->epoll < 0) {
			free(queue);
			return -1;
		}
		queue->signals = -1;
		sigemptyset(&queue->set);
		queues[slot] = queue;
		return queue->epoll;
	}
	errno = EMFILE;
	return -1;
}

static struct queue *find(int number)
{
	for (int slot = 0; slot < MOST_QUEUES; slot++)
		if (queues[slot] != NULL && queues[slot]->epoll == number) return queues[slot];
	errno = EBADF;
	return NULL;
}

static int change_signal(struct queue *queue, const struct kevent *change)
{
	if (change->ident < 1 || change->ident > 64) return EINVAL;
	if (change->flags & EV_DELETE) sigdelset(&queue->set, change->ident);
	else sigaddset(&queue->set, change->ident);
	queue->signal_data[change->ident] = change->udata;
	int fd = signalfd(queue->signals, &queue->set, SFD_NONBLOCK);
	if (fd < 0) return errno;
	if (queue->signals >= 0) return 0;
	queue->signals = fd;
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };
	return epoll_ctl(queue->epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? errno : 0;
}

static int change_descriptor(struct queue *queue, const struct kevent *change)
{
	uint32_t bit = change->filter == EVFILT_READ ? EPOLLIN : EPOLLOUT;
	if (change->ident >= MOST_DESCRIPTORS) return EBADF;
	if (fcntl(change->ident, F_GETFD) < 0) return EBADF;
	struct watch *watch = &queue->watches[change->ident];
	uint32_t before = watch->mask;
	uint32_t wanted = change->flags & EV_DELETE ? before & ~bit : before | bit;
	if (change->flags & EV_DELETE && !(before & bit)) return ENOENT;
	struct epoll_event event = { .events = wanted, .data.fd = change->ident };
	int operation = wanted == 0 ? EPOLL_CTL_DEL : before == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
	int result = epoll_ctl(queue->epoll, operation, change->ident, &event);
	/* Closed and opened again since: the kernel has dropped the watch, as kqueue does by itself. */
	if (result < 0 && operation == EPOLL_CTL_MOD && errno == ENOENT) {
		event.events = wanted = bit;
		result = epoll_ctl(queue->epoll, EPOLL_CTL_ADD, change->ident, &event);
	}
	if (result < 0) {
		if (operation != EPOLL_CTL_ADD) watch->mask = 0;
		return errno;
	}
	watch->mask = wanted;
	if (change->filter == EVFILT_READ) watch->read_data = change->udata;
	else watch->write_data = change->udata;
	return 0;
}

static int forget_process(struct queue *queue, int pid)
{
	for (int fd = 0; fd < MOST_DESCRIPTORS; fd++) {
		if (queue->watches[fd].pid != pid) continue;
		queue->watches[fd].pid = 0;
		close(fd);
		return 0;
	}
	return ENOENT;
}

static int change_process(struct queue *queue, const struct kevent *change)
{
	if (change->flags & EV_DELETE) return forget_process(queue, change->ident);
	if (!(change->flags & EV_ONESHOT) || !(change->fflags & NOTE_EXIT)) return EINVAL;
	int fd = syscall(SYS_pidfd_open, (int)change->ident, 0);
	if (fd < 0) return errno;
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };
	if (fd >= MOST_DESCRIPTORS || epoll_ctl(queue->epoll, EPOLL_CTL_ADD, fd, &event) < 0) {
		close(fd);
		return EMFILE;
	}
	queue->watches[fd] = (struct watch){
		.pid = change->ident, .notes = change->fflags, .read_data = change->udata,
	};
	return 0;
}

static int64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int change_timer(struct queue *queue, const struct kevent *change)
{
	if (change->flags & EV_DELETE) {
		if (queue->due_ns == 0) return ENOENT;
		queue->due_ns = 0;
		return 0;
	}
	/* The unit is milliseconds. KQUEUE_FAULTY_TIMERS: as when kern.kq_calloutmax is reached. */
	if (getenv("KQUEUE_FAULTY_TIMERS") != NULL) return ENOMEM;
	if (!(change->flags & EV_ONESHOT) || change->fflags != 0 || change->data < 0) return EINVAL;
	queue->timer = change->ident;
	queue->due_ns = now_ns() + change->data * 1000000;
	return 0;
}

static int apply(struct queue *queue, const struct kevent *change)
{
	switch (change->filter) {
	case EVFILT_SIGNAL:
		return change_signal(queue, change);
	case EVFILT_READ:
	case EVFILT_WRITE:
		return change_descriptor(queue, change);
	case EVFILT_PROC:
		return change_process(queue, change);
	case EVFILT_TIMER:
		return change_timer(queue, change);
	default:
		return EINVAL;
	}
}

static int report_signals(struct queue *queue, struct kevent *events, int room)
{
	struct signalfd_siginfo information;
	int count = 0;
	while (count < room && read(queue->signals, &information, sizeof information) > 0) {
		uint32_t number = information.ssi_signo;
		events[count++] = (struct kevent){
			.ident = number, .filter = EVFILT_SIGNAL, .flags = EV_ADD | EV_CLEAR,
			.data = 1, .udata = queue->signal_data[number],
		};
	}
	return count;
}

/* The process stays to be waited for, as on FreeBSD. */
static void report_process(struct queue *queue, int fd, struct kevent *event)
{
	struct watch *watch = &queue->watches[fd];
	siginfo_t end = { 0 };
	int is_child = waitid(P_PIDFD, fd, &end, WEXITED | WNOHANG | WNOWAIT) == 0;
	int status = end.si_code == CLD_EXITED ? end.si_status << 8
		: end.si_code == CLD_DUMPED ? end.si_status | 0x80 : end.si_status;
#ifdef KEVENT_EXTENSION
	uint32_t told = 0;
#else
	uint32_t told = is_child ? watch->notes & NOTE_EXITSTATUS : 0;
	if (told == 0) status = 0;
#endif
	*event = (struct kevent){
		.ident = watch->pid, .filter = EVFILT_PROC, .flags = EV_ONESHOT | EV_EOF | EV_CLEAR,
		.fflags = NOTE_EXIT | told, .data = is_child ? status : 0, .udata = watch->read_data,
	};
	watch->pid = 0;
	close(fd);
}

static int report_timer(struct queue *queue, struct kevent *event)
{
	if (queue->due_ns == 0 || queue->due_ns > now_ns()) return 0;
	queue->due_ns = 0;
	*event = (struct kevent){
		.ident = queue->timer, .filter = EVFILT_TIMER, .flags = EV_ONESHOT | EV_CLEAR, .data = 1,
	};
	return 1;
}

static int report(struct queue *queue, const struct epoll_event *ready, struct kevent *events, int room)
{
	int fd = ready->data.fd, count = 0;
	if (fd == queue->signals) return report_signals(queue, events, room);
	const struct watch *watch = &queue->watches[fd];
	if (watch->pid != 0) {
		report_process(queue, fd, events);
		return 1;
	}
	uint16_t end = ready->events & (EPOLLHUP | EPOLLERR) ? EV_EOF : 0;
	if (watch->mask & EPOLLIN && (end || ready->events & EPOLLIN) && count < room)
		events[count++] = (struct kevent){
			.ident = fd, .filter = EVFILT_READ, .flags = EV_ADD | end, .udata = watch->read_data,
		};
	if (watch->mask & EPOLLOUT && (end || ready->events & EPOLLOUT) && count < room)
		events[count++] = (struct kevent){
			.ident = fd, .filter = EVFILT_WRITE, .flags = EV_ADD | end, .udata = watch->write_data,
		};
	return count;
}

int kevent(int number, const struct kevent *changes, int change_count,
	struct kevent *events, int room, const struct timespec *limit)
{
	struct queue *queue = find(number);
	if (queue == NULL) return -1;
	int errors = 0;
	for (int index = 0; index < change_count; index++) {
		int problem = apply(queue, &changes[index]);
		if (problem == 0) continue;
		if (errors == room) {
			errno = problem;
			return -1;
		}
		events[errors] = changes[index];
		events[errors].flags = EV_ERROR;
		events[errors++].data = problem;
	}
	if (room == 0 || errors > 0) return errors;
	struct epoll_event ready[ROOM];
	int limit_ms = limit == NULL ? -1 : limit->tv_sec * 1000 + (limit->tv_nsec + 999999) / 1000000;
	if (queue->due_ns != 0) {
		int64_t left_ms = (queue->due_ns - now_ns() + 999999) / 1000000;
		if (left_ms < 0) left_ms = 0;
		if (limit_ms < 0 || left_ms < limit_ms) limit_ms = left_ms;
	}
	/* Room for the timer is kept. */
	int found = epoll_wait(queue->epoll, ready, room - 1 < ROOM ? room - 1 : ROOM, limit_ms);
	if (found < 0) return -1;
	int count = 0;
	for (int index = 0; index < found && count < room - 1; index++)
		count += report(queue, &ready[index], events + count, room - 1 - count);
	return count + report_timer(queue, events + count);
}
