/*
 * Runs a program that gets EPERM for making a page of 64 KiB executable: the page on which a manager puts its machine
 * code. All other memory is as usual, because the runtime needs executable memory too.
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

#define PAGE_BYTES 65536
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
/* Skips `others` instructions when the loaded word is another one. */
#define UNLESS_EQUAL(value, others) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, others)

int main(int count, char **words) {
  struct sock_filter filter[] = {
    LOAD(nr),
    UNLESS_EQUAL(SYS_mprotect, 5),
    LOAD(args[1]),
    UNLESS_EQUAL(PAGE_BYTES, 3),
    LOAD(args[2]),
    UNLESS_EQUAL(PROT_READ | PROT_EXEC, 1),
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
