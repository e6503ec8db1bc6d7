/**
 * The child stub for FreeBSD: the same list, flags and report as `platform/child/stub.ts` tells, by FreeBSD's
 * conventions. The child is always made by fork, and has a copy of the list.
 *
 * They differ from Linux in two ways: a failure is the carry flag with a positive errno; on amd64 every
 * call loses rdx and clears r8 to r10. Source: sys/amd64/amd64/vm_machdep.c, sys/arm64/arm64/vm_machdep.c
 * (cpu_set_syscall_retval, cpu_fork), lib/libc/amd64/SYS.h, FreeBSD 14. The numbers of exit 1, fork 2, write 4,
 * getpid 20 and execve 59 are those of sys/kern/syscalls.master.
 *
 * The amd64 code was run on Linux with its calls translated (`tests/platform/bsd/freebsd_stub_run_test.ts`), the
 * arm64 code never.
 */
import type { Architecture } from "../ffi/architecture.ts";
import { listedCode } from "../child/stub.ts";

/** The annotated code of each processor. */
export const FREEBSD_STUB_LISTING: Readonly<Record<Architecture, string>> = {
  x86_64: `
  b802000000        mov eax, 2                ; fork
  0f05              syscall
  7205              jc no_child               ; failure: carry and a positive errno
  85c0              test eax, eax
  7404              jz child
  c3                ret                       ; the manager: PID
no_child:
  f7d8              neg eax
  c3                ret                       ; the manager: -errno
child:
  4989fc            mov r12, rdi              ; r12: the entry at work
  4c89e5            mov rbp, r12              ; rbp: the first entry
  4d8b6c24d8        mov r13, [r12-40]         ; r13: behind the last entry
  41bf02000000      mov r15d, 2               ; r15: errno of a PATH search, ENOENT at first
next:
  4d39ec            cmp r12, r13
  0f83b0000000      jae exhausted
  498b0424          mov rax, [r12]            ; number; negative: the pseudo-call
  498b7c2408        mov rdi, [r12+8]
  498b742410        mov rsi, [r12+16]
  498b542418        mov rdx, [r12+24]
  4d8b542420        mov r10, [r12+32]
  4d8b442428        mov r8, [r12+40]
  4d8b4c2430        mov r9, [r12+48]
  4885c0            test rax, rax
  0f88bd000000      js own_pid
  0f05              syscall
  418b5c2438        mov ebx, [r12+56]         ; flags; keeps the carry
  7213              jc failed
  f6c304            test bl, 4                ; STORE_RESULT
  7408              jz advance
  4d8b4c2430        mov r9, [r12+48]          ; the kernel has cleared r8 to r10
  418901            mov [r9], eax             ; at the address in the sixth argument
advance:
  4983c440          add r12, 64
  ebb0              jmp next
failed:
  f6c301            test bl, 1                ; IGNORE_FAILURE
  75f5              jnz advance
  f6c308            test bl, 8                ; IGNORE_MISSING
  7405              jz no_program
  83f802            cmp eax, 2
  74eb              je advance
no_program:
  f6c310            test bl, 16               ; SHELL
  7405              jz fatal_unless_search
  83f808            cmp eax, 8                ; ENOEXEC
  742e              je shell
fatal_unless_search:
  f6c302            test bl, 2                ; SEARCH
  7452              jz report
  83f802            cmp eax, 2
  7419              je remember
  83f80d            cmp eax, 13               ; EACCES
  7414              je remember
  83f813            cmp eax, 19               ; ENODEV
  740f              je remember
  83f814            cmp eax, 20               ; ENOTDIR
  740a              je remember
  83f83c            cmp eax, 60               ; ETIMEDOUT
  7405              je remember
  83f846            cmp eax, 70               ; ESTALE
  7534              jne report
remember:
  4183ff0d          cmp r15d, 13              ; EACCES outweighs all later ones, as in execvp(3)
  74b8              je advance
  4189c7            mov r15d, eax
  ebb3              jmp advance
shell:
  498b742410        mov rsi, [r12+16]         ; the program's arguments
  498b442408        mov rax, [r12+8]
  488906            mov [rsi], rax            ; its path in place of its name
  4883ee08          sub rsi, 8                ; before that: the shell's path
  488b3e            mov rdi, [rsi]
  498b542418        mov rdx, [r12+24]
  b83b000000        mov eax, 59               ; execve
  0f05              syscall
  eb07              jmp report
exhausted:
  4489f8            mov eax, r15d
  4d8d65c0          lea r12, [r13-64]         ; index of the last candidate
report:
  488945c0          mov [rbp-64], rax         ; errno
  4929ec            sub r12, rbp
  49c1ec06          shr r12, 6
  4c8965c8          mov [rbp-56], r12         ; index of the entry
  488b7dd0          mov rdi, [rbp-48]         ; report descriptor
  488d75c0          lea rsi, [rbp-64]
  ba10000000        mov edx, 16
  b804000000        mov eax, 4                ; write
  0f05              syscall
  bf7f000000        mov edi, 127
  b801000000        mov eax, 1                ; exit
  0f05              syscall
  0f0b              ud2
own_pid:
  b814000000        mov eax, 20               ; getpid
  0f05              syscall
  488d770c          lea rsi, [rdi+12]         ; digits are written backwards from here
  4989f0            mov r8, rsi
  b90a000000        mov ecx, 10
digit:
  31d2              xor edx, edx
  f7f1              div ecx
  80c230            add dl, 48
  48ffce            dec rsi
  8816              mov [rsi], dl
  85c0              test eax, eax
  75f0              jnz digit
copy:
  8a06              mov al, [rsi]
  8807              mov [rdi], al
  48ffc6            inc rsi
  48ffc7            inc rdi
  4c39c6            cmp rsi, r8
  75f1              jne copy
  c60700            mov byte ptr [rdi], 0
  e91fffffff        jmp advance
`,
  aarch64: `
  e90300aa          mov x9, x0                ; x9: the first entry
  480080d2          mov x8, #2                ; fork
  010000d4          svc #0
  62000054          b.cs no_child             ; failure: carry and a positive errno
  800000b4          cbz x0, child
  c0035fd6          ret                       ; the manager: PID
no_child:
  e00300cb          neg x0, x0
  c0035fd6          ret                       ; the manager: -errno
child:
  ec0309aa          mov x12, x9               ; x12: the first entry; x9: the entry at work
  2a815df8          ldur x10, [x9, #-40]      ; x10: behind the last entry
  4d0080d2          mov x13, #2               ; x13: errno of a PATH search, ENOENT at first
next:
  3f010aeb          cmp x9, x10
  62050054          b.hs exhausted
  280140a9          ldp x8, x0, [x9]          ; number; negative: the pseudo-call
  210941a9          ldp x1, x2, [x9, #16]
  231142a9          ldp x3, x4, [x9, #32]
  253943a9          ldp x5, x14, [x9, #48]    ; sixth argument, flags
  8806f8b7          tbnz x8, #63, own_pid
  010000d4          svc #0
  a2000054          b.cs failed
  4e001036          tbz x14, #2, advance      ; STORE_RESULT
  a00000b9          str w0, [x5]              ; at the address in the sixth argument
advance:
  29010191          add x9, x9, #64
  f4ffff17          b next
failed:
  ceff0737          tbnz x14, #0, advance     ; IGNORE_FAILURE
  6e001836          tbz x14, #3, no_program   ; IGNORE_MISSING
  1f0800f1          cmp x0, #2
  60ffff54          b.eq advance
no_program:
  6e002036          tbz x14, #4, fatal_unless_search; SHELL
  1f2000f1          cmp x0, #8                ; ENOEXEC
  40020054          b.eq shell
fatal_unless_search:
  4e030836          tbz x14, #1, report       ; SEARCH
  1f0800f1          cmp x0, #2
  60010054          b.eq remember
  1f3400f1          cmp x0, #13               ; EACCES
  20010054          b.eq remember
  1f4c00f1          cmp x0, #19               ; ENODEV
  e0000054          b.eq remember
  1f5000f1          cmp x0, #20               ; ENOTDIR
  a0000054          b.eq remember
  1ff000f1          cmp x0, #60               ; ETIMEDOUT
  60000054          b.eq remember
  1f1801f1          cmp x0, #70               ; ESTALE
  c1010054          b.ne report
remember:
  bf3500f1          cmp x13, #13              ; EACCES outweighs all later ones, as in execvp(3)
  20fdff54          b.eq advance
  ed0300aa          mov x13, x0
  e7ffff17          b advance
shell:
  238540a9          ldp x3, x1, [x9, #8]      ; the program's path and arguments
  220d40f9          ldr x2, [x9, #24]         ; environment
  230000f9          str x3, [x1]              ; its path in place of its name
  208c5ff8          ldr x0, [x1, #-8]!        ; before that: the shell's path
  680780d2          mov x8, #59               ; execve
  010000d4          svc #0
  03000014          b report
exhausted:
  e0030daa          mov x0, x13
  490101d1          sub x9, x10, #64          ; index of the last candidate
report:
  810101d1          sub x1, x12, #64
  29010ccb          sub x9, x9, x12
  29fd46d3          lsr x9, x9, #6
  202400a9          stp x0, x9, [x1]          ; errno, index of the entry
  200840f9          ldr x0, [x1, #16]         ; report descriptor
  020280d2          mov x2, #16
  880080d2          mov x8, #4                ; write
  010000d4          svc #0
  e00f80d2          mov x0, #127
  280080d2          mov x8, #1                ; exit
  010000d4          svc #0
  00000000          udf #0
own_pid:
  ef0300aa          mov x15, x0
  880280d2          mov x8, #20               ; getpid
  010000d4          svc #0
  e1310091          add x1, x15, #12          ; digits are written backwards from here
  e20301aa          mov x2, x1
  430180d2          mov x3, #10
digit:
  0408c39a          udiv x4, x0, x3
  8580039b          msub x5, x4, x3, x0
  a5c00011          add w5, w5, #48
  25fc1f38          strb w5, [x1, #-1]!
  e00304aa          mov x0, x4
  60ffffb5          cbnz x0, digit
copy:
  25144038          ldrb w5, [x1], #1
  e5150038          strb w5, [x15], #1
  3f0002eb          cmp x1, x2
  a1ffff54          b.ne copy
  ff010039          strb wzr, [x15]
  c0ffff17          b advance
`,
};

/** The code of a processor. */
export function freebsdStubCode(architecture: Architecture): Uint8Array<ArrayBuffer> {
  return listedCode(FREEBSD_STUB_LISTING[architecture]);
}
