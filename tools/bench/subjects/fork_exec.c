/*
 * How fast the kernel itself makes processes, and children that nobody waits for.
 *
 *   fork_exec start COUNT PROGRAM [ARGUMENT...]
 *       Starts COUNT of them, each in a session of its own: a process on each processor, by vfork, and as root
 *       before all else, so that no child waits behind those that were started before it. Prints the
 *       milliseconds until all execute their program, then kills them.
 *   fork_exec loop MILLISECONDS PROGRAM [ARGUMENT...]
 *       Starts one by vfork, waits for its end, and so on for that long. Prints how many a second.
 *   fork_exec times COUNT PROGRAM [ARGUMENT...]
 *       Runs it so often, one after the other, and prints the median of the milliseconds from fork to end, and the
 *       most memory that one of them had in it, in kB.
 *   fork_exec stop COUNT PROGRAM [ARGUMENT...]
 *       Starts COUNT of them, waits until all are at rest, sends TERM to all and prints the milliseconds
 *       until all have ended.
 *   fork_exec tell FIFO
 *       For whatever is written to FIFO writes a line "MILLISECONDS BYTES" and then the bytes: what time it was
 *       when it came, by a clock of its own. Ends when nobody reads that.
 *   fork_exec write FIFO
 *       Writes a byte to FIFO.
 *   fork_exec orphans COUNT FIFO
 *       Makes COUNT children that end at once, reaps none, writes a line to FIFO and ends itself, so that
 *       whoever adopts them has them to reap.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static void fail(const char *what)
{
    fprintf(stderr, "fork_exec: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* Their output goes nowhere: standard output is for the one number. */
static pid_t start(char **command)
{
    pid_t pid = fork();
    if (pid < 0) fail("fork");
    if (pid > 0) return pid;
    setsid();
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (null >= 0) dup2(null, 1);
    execv(command[0], command);
    _exit(127);
}

/* Of real time, or 0 for an ordinary one. Only root may; others are measured without. */
static void set_priority(pid_t pid, int priority)
{
    struct sched_param parameter = {.sched_priority = priority};
    sched_setscheduler(pid, priority > 0 ? SCHED_FIFO : SCHED_OTHER, &parameter);
}

enum { CHILD_PRIORITY = 1, STARTER_PRIORITY };

/* The child has the parent's memory and does nothing but system calls; the parent waits until it executes. */
static pid_t start_in_place(char **command, int null, int child_priority)
{
    pid_t pid = vfork();
    if (pid < 0) fail("vfork");
    if (pid > 0) return pid;
    setsid();
    if (child_priority > 0) set_priority(0, child_priority);
    if (null >= 0) dup2(null, 1);
    execv(command[0], command);
    _exit(127);
}

/* Makes its share of the children, closes `done`, then lives until nobody holds the other end of `until`. */
static void start_share(int processor, int count, char **command, int until, int done)
{
    cpu_set_t own;
    char byte;
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    pid_t *pids = calloc(count + 1, sizeof *pids);
    if (pids == NULL) fail("start");
    CPU_ZERO(&own);
    CPU_SET(processor, &own);
    sched_setaffinity(0, sizeof own, &own);
    set_priority(0, STARTER_PRIORITY);
    for (int i = 0; i < count; i++) {
        pids[i] = start_in_place(command, null, CHILD_PRIORITY);
        set_priority(pids[i], 0);
    }
    set_priority(0, 0);
    close(done);
    while (read(until, &byte, 1) < 0 && errno == EINTR) {}
    for (int i = 0; i < count; i++) kill(pids[i], SIGKILL);
    while (wait(NULL) > 0 || errno == EINTR) {}
    _exit(0);
}

static int run_start(int count, char **command)
{
    int processors = (int)sysconf(_SC_NPROCESSORS_ONLN);
    int done[2], until[2];
    char byte;
    if (pipe2(done, O_CLOEXEC) < 0 || pipe2(until, O_CLOEXEC) < 0) fail("start");
    double begin = now_ms();
    for (int i = 0; i < processors; i++) {
        int share = count / processors + (i < count % processors);
        pid_t pid = fork();
        if (pid < 0) fail("fork");
        if (pid > 0) continue;
        close(until[1]);
        close(done[0]);
        start_share(i, share, command, until[0], done[1]);
    }
    /* The last one that has started its share closes the last write end. */
    close(done[1]);
    while (read(done[0], &byte, 1) < 0 && errno == EINTR) {}
    printf("%.3f\n", now_ms() - begin);
    close(until[1]);
    while (wait(NULL) > 0 || errno == EINTR) {}
    return 0;
}

/* A process at ordinary priority gets its turn behind those that still link and initialise themselves. */
static void await_rest(void)
{
    char *nothing[] = {"/bin/true", NULL};
    pid_t pid = start(nothing);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
}

static int run_stop(int count, char **command)
{
    pid_t *pids = calloc(count, sizeof *pids);
    if (pids == NULL) fail("stop");
    for (int i = 0; i < count; i++) pids[i] = start(command);
    await_rest();
    double begin = now_ms();
    for (int i = 0; i < count; i++) kill(pids[i], SIGTERM);
    while (wait(NULL) > 0 || errno == EINTR) {}
    printf("%.3f\n", now_ms() - begin);
    free(pids);
    return 0;
}

static int run_tell(const char *fifo)
{
    static char bytes[65536];
    /* Open for both, so that the stream never ends. */
    int fd = open(fifo, O_RDWR | O_CLOEXEC);
    if (fd < 0) fail(fifo);
    for (;;) {
        ssize_t count = read(fd, bytes, sizeof bytes);
        if (count <= 0) fail(fifo);
        printf("%.3f %zd\n", now_ms(), count);
        fwrite(bytes, 1, count, stdout);
        if (fflush(stdout) != 0) return 0;
    }
}

static int run_write(const char *fifo)
{
    int fd = open(fifo, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, ".", 1) != 1) fail(fifo);
    return 0;
}

static int run_loop(double limit_ms, char **command)
{
    long count = 0;
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    double begin = now_ms();
    while (now_ms() - begin < limit_ms) {
        pid_t pid = start_in_place(command, null, 0);
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
        count++;
    }
    printf("%.1f\n", count / (now_ms() - begin) * 1e3);
    return 0;
}

static int by_value(const void *left, const void *right)
{
    double difference = *(const double *)left - *(const double *)right;
    return difference < 0 ? -1 : difference > 0;
}

static int run_times(int count, char **command)
{
    double *times = calloc(count, sizeof *times);
    long peak_kb = 0;
    if (times == NULL || count < 1) fail("times");
    for (int i = 0; i < count; i++) {
        struct rusage usage;
        int status;
        double begin = now_ms();
        pid_t pid = start(command);
        while (wait4(pid, &status, 0, &usage) < 0 && errno == EINTR) {}
        times[i] = now_ms() - begin;
        if (status != 0) {
            fprintf(stderr, "fork_exec: %s ended with wait status %d\n", command[0], status);
            return 1;
        }
        if (usage.ru_maxrss > peak_kb) peak_kb = usage.ru_maxrss;
    }
    qsort(times, count, sizeof *times, by_value);
    printf("%.3f %ld\n", times[count / 2], peak_kb);
    free(times);
    return 0;
}

static int run_orphans(int count, const char *fifo)
{
    for (int i = 0; i < count; i++) {
        pid_t pid = fork();
        if (pid < 0) fail("fork");
        if (pid == 0) _exit(0);
    }
    int fd = open(fifo, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, "\n", 1) != 1) fail(fifo);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc >= 4 && strcmp(argv[1], "start") == 0) return run_start(atoi(argv[2]), argv + 3);
    if (argc >= 4 && strcmp(argv[1], "loop") == 0) return run_loop(atof(argv[2]), argv + 3);
    if (argc >= 4 && strcmp(argv[1], "times") == 0) return run_times(atoi(argv[2]), argv + 3);
    if (argc >= 4 && strcmp(argv[1], "stop") == 0) return run_stop(atoi(argv[2]), argv + 3);
    if (argc == 3 && strcmp(argv[1], "tell") == 0) return run_tell(argv[2]);
    if (argc == 3 && strcmp(argv[1], "write") == 0) return run_write(argv[2]);
    if (argc == 4 && strcmp(argv[1], "orphans") == 0) return run_orphans(atoi(argv[2]), argv[3]);
    fprintf(stderr, "usage: fork_exec start|stop|loop|times|tell|write|orphans ...\n");
    return 2;
}
