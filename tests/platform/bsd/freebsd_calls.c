/*
 * Runs FreeBSD's amd64 child stub on Linux: a tracer stands between the code and the kernel and gives its system
 * calls FreeBSD's convention. Numbers are translated; a failure becomes the carry flag with a positive errno; rdx
 * is lost and r8 to r10 are cleared, as sys/amd64/amd64/vm_machdep.c does.
 *
 * freebsd_calls STUB COUNT PROGRAM: calls the code in the file STUB with the first COUNT entries of the list below, of
 * which the last executes PROGRAM, waits for the child and prints "PID-MATCHES EXIT ERRNO INDEX".
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, CARRY = 1 };
enum { IGNORE = 1, SEARCH = 2, STORE = 4, IGNORE_MISSING = 8, SHELL = 16 };

struct entry { uint64_t number, argument[6], flags; };

static char *code;
static uint32_t stored, own_pid;
static char pid_text[] = "LISTEN_PID=000000000000";
/* Before the arguments: what runs a file that is no program. */
static char *words[] = { "/bin/sh", "env", NULL }, **arguments = words + 1, *environment[] = { pid_text, NULL };

#define A(x) ((uint64_t)(uintptr_t)(x))
static struct { uint64_t report[2], descriptor, end, unused[4]; struct entry list[8]; } memory = { .list = {
	{ (uint64_t)-1, { 0 }, 0 },                                             /* own PID as text */
	{ 499, { -100, 0, 0, 0, 0, 0 }, IGNORE_MISSING | STORE },               /* openat /nowhere */
	{ 4, { -1, 0, 1 }, IGNORE },                                            /* write to nothing */
	{ 20, { 0, 0, 0, 0, 0, 0 }, STORE },                                    /* getpid */
	{ 4, { 1, 0, 4 }, 0 },                                                  /* write it out */
	{ 59, { 0 }, SEARCH | SHELL }, { 59, { 0 }, SEARCH | SHELL }, { 59, { 0 }, SEARCH | SHELL }, /* execve */
} };
static struct entry *list = memory.list;

static void fill(const char *program)
{
	list[0].argument[0] = A(pid_text + 11);
	list[1].argument[1] = A("/nowhere");
	list[1].argument[5] = A(&stored);
	list[2].argument[1] = A(&stored);
	list[3].argument[5] = A(&own_pid);
	list[4].argument[1] = A(&own_pid);
	const char *programs[] = { "/nowhere", "/etc/passwd", program };
	for (int i = 0; i < 3; i++) {
		list[5 + i].argument[0] = A(programs[i]);
		list[5 + i].argument[1] = A(arguments);
		list[5 + i].argument[2] = A(environment);
	}
}

static int tracee(int count, const char *program)
{
	uint64_t report[2] = { 0, 0 };
	int pipes[2];
	if (pipe2(pipes, O_CLOEXEC) != 0) return 2;
	fill(program);
	memory.descriptor = pipes[1];
	memory.end = A(list + count);
	ptrace(PTRACE_TRACEME, 0, 0, 0);
	raise(SIGSTOP);
	int (*stub)(void *) = (int (*)(void *))code;
	int pid = stub(list), status = 0;
	close(pipes[1]);
	int waited = waitpid(pid, &status, 0);
	/* Nothing was written when the program ran. */
	if (read(pipes[0], report, sizeof report) < 0) return 2;
	printf("%d %d %d %d\n", waited == pid, WEXITSTATUS(status), (int)report[0], (int)report[1]);
	fflush(stdout);
	return 0;
}

static long translated(long number)
{
	static const long pairs[][2] = {
		{ 2, 57 }, { 499, 257 }, { 4, 1 }, { 20, 39 }, { 59, 59 }, { 1, 60 },
	};
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (pairs[i][0] == number) return pairs[i][1];
	fprintf(stderr, "The stub made call %ld\n", number);
	exit(1);
}

static int is_in_stub(const struct user_regs_struct *registers)
{
	return registers->rip >= A(code) && registers->rip < A(code) + PAGE;
}

static void return_like_freebsd(struct user_regs_struct *registers, int second)
{
	long result = (long)registers->rax;
	registers->eflags &= ~(unsigned long)CARRY;
	if (result < 0 && result >= -4095) {
		registers->eflags |= CARRY;
		registers->rax = -result;
	}
	registers->rdx = second;
	registers->r8 = registers->r9 = registers->r10 = 0;
}

/* One stop at a call: the first of each pair is its entry. */
static void at_call(pid_t pid, int *is_inside)
{
	struct user_regs_struct registers;
	ptrace(PTRACE_GETREGS, pid, 0, &registers);
	*is_inside = !*is_inside;
	if (!is_in_stub(&registers)) return;
	if (*is_inside) registers.orig_rax = translated(registers.orig_rax);
	else return_like_freebsd(&registers, 0);
	ptrace(PTRACE_SETREGS, pid, 0, &registers);
}

int main(int count, char **given)
{
	if (count != 4) return 2;
	code = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	FILE *file = fopen(given[1], "rb");
	if (file == NULL || fread(code, 1, PAGE, file) == 0) return 2;
	fclose(file);
	mprotect(code, PAGE, PROT_READ | PROT_EXEC);
	pid_t manager = fork(), child = 0;
	if (manager == 0) return tracee(atoi(given[2]), given[3]);
	int manager_inside = 0, child_inside = 0, status;
	waitpid(manager, &status, 0);
	ptrace(PTRACE_SETOPTIONS, manager, 0,
		PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL);
	ptrace(PTRACE_SYSCALL, manager, 0, 0);
	for (;;) {
		pid_t pid = waitpid(-1, &status, __WALL);
		if (pid < 0) return 1;
		if (WIFEXITED(status) || WIFSIGNALED(status)) {
			if (pid == manager) return WEXITSTATUS(status);
			continue;
		}
		int *is_inside = pid == manager ? &manager_inside : &child_inside;
		int signal = WSTOPSIG(status);
		if (signal == (SIGTRAP | 0x80)) {
			at_call(pid, is_inside);
			signal = 0;
		} else if (pid != manager && child == 0) {
			/* The first stop of the forked child: it returns 0 with a second result of 1. */
			struct user_regs_struct registers;
			child = pid;
			ptrace(PTRACE_GETREGS, pid, 0, &registers);
			return_like_freebsd(&registers, 1);
			ptrace(PTRACE_SETREGS, pid, 0, &registers);
			signal = 0;
		} else if (status >> 16 != 0) {
			signal = 0;
			/* After exec no call is FreeBSD's. */
			if (status >> 16 == PTRACE_EVENT_EXEC) {
				ptrace(PTRACE_DETACH, pid, 0, 0);
				continue;
			}
		}
		ptrace(PTRACE_SYSCALL, pid, 0, signal);
	}
}
