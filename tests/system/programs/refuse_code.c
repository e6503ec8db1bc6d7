/*
 * Runs a program under a policy against new executable memory, as systemd's MemoryDenyWriteExecute= and SELinux's
 * execmem have it: EPERM for memory that is writable and executable, and for making memory executable.
 *
 * Source: seccomp(2); struct seccomp_data has the low words of its little-endian arguments at 16 + 8 * N.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
/* Each skips so many instructions when the test succeeds, and so many when it fails. */
#define EQUAL(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, yes, no)
#define ANY_BIT(mask, yes, no) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, mask, yes, no)

int main(int count, char **words) {
  struct sock_filter filter[] = {
    LOAD(nr),
    EQUAL(SYS_mmap, 4, 0),
    EQUAL(SYS_mprotect, 1, 0),
    EQUAL(SYS_pkey_mprotect, 0, 5),
    /* 4: mprotect */
    LOAD(args[2]),
    ANY_BIT(PROT_EXEC, 2, 3),
    /* 6: mmap */
    LOAD(args[2]),
    EQUAL(PROT_READ | PROT_WRITE | PROT_EXEC, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = { sizeof filter / sizeof *filter, filter };
  if (count < 2) return 99;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
    perror("refuse_code");
    return 98;
  }
  execv(words[1], words + 1);
  perror(words[1]);
  return 97;
}
