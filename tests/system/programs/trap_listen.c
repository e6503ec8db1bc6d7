/*
 * Runs a program that dies of SIGSYS, a fault of its own, whenever it listens with a backlog of 77: seccomp(2).
 * struct seccomp_data has the low words of its little-endian arguments at 16 + 8 * N.
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define EQUAL(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, yes, no)

int main(int count, char **words) {
  struct sock_filter filter[] = {
    LOAD(nr),
    EQUAL(SYS_listen, 0, 3),
    LOAD(args[1]),
    EQUAL(77, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = { sizeof filter / sizeof *filter, filter };
  if (count < 2) return 99;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
    perror("trap_listen");
    return 98;
  }
  execv(words[1], words + 1);
  perror(words[1]);
  return 97;
}
