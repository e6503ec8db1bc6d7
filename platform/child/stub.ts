/**
 * The child stub: machine code that makes a child and carries out a list of system calls in it.
 *
 * TypeScript cannot run in a child (V8's threads stay behind), so what happens until execve is data: a list of entries
 * of 64 bytes (system call number, six arguments, flags). The manager does not wait: a child whose program runs has
 * closed its report descriptor by that, and one that cannot go on writes two 64-bit words to it (errno, index of
 * the entry) and exits. `docs/design/0021-children-without-a-wait.md` tells why it is not vfork.
 *
 * Call: the list's address. Before the list lie 64 bytes (`LIST_HEADER`). Returns the PID or −errno. All signals must be
 * blocked around the call. The child uses no stack, and no other memory of the manager: it may have none.
 *
 * Flags of an entry:
 * - 1: a failure is ignored;
 * - 2: one candidate of a PATH search: on ENOENT, ENOTDIR, EACCES, ENODEV, ESTALE and ETIMEDOUT the next
 *   entry is tried; behind the last one the errno is EACCES if it was met, else the last (glibc's execvpe);
 * - 4: the result is stored as 32-bit word at the address in the sixth argument;
 * - 8: ENOENT is ignored;
 * - 16: an execve whose file is no program (ENOEXEC): the shell is executed instead, as execvp(3) does. The pointer
 *   before the arguments leads to the shell's path; the file's path takes the place of its name.
 *
 * The pseudo-call, number −1, writes the child's PID in decimal and a NUL to the address in its first
 * argument, which needs room for 13 bytes.
 *
 * The listings are the code: hexadecimal bytes, then what they mean. To change them, assemble the
 * second column with as(1); `tests/platform/child/stub_test.ts` does so where an assembler is installed.
 */
import type { Architecture } from "../ffi/architecture.ts";

/** Bytes of one entry of the list. */
export const ENTRY_BYTES = 64;

/** Flags of an entry, as described above. */
export const ENTRY_FLAGS = {
  ignoreFailure: 1,
  search: 2,
  storeResult: 4,
  ignoreMissing: 8,
  shell: 16,
} as const;

/** What a child that fails writes to its report descriptor: errno and index of the entry. */
export const REPORT_BYTES = 16;

/** What lies before the list: offsets of 64-bit words, but for the mark, which has 32 bits. */
export const LIST_HEADER = {
  /** Room for the report. */
  report: 0,
  reportDescriptor: 16,
  /** Address behind the last entry. */
  end: 24,
  /** Of clone(2). */
  cloneFlags: 32,
  /** Cleared by the kernel when a child that shares the memory has executed its program or ended. */
  isBusy: 40,
  /** Address behind the stack of a child that shares the memory, for handlers of signals. */
  stack: 48,
  bytes: 64,
} as const;

/** Number of the pseudo-call that writes the child's PID as text. */
export const WRITE_OWN_PID = -1;

/** Room for the PID as text, without the NUL. */
export const PID_TEXT_BYTES = 12;

/** The annotated code of each processor. */
export const STUB_LISTING: Readonly<Record<Architecture, string>> = {
  x86_64: `
  4989f9            mov r9, rdi               ; r9: the first entry, in both
  498b79e0          mov rdi, [r9-32]          ; flags
  498b71f0          mov rsi, [r9-16]          ; stack
  31d2              xor edx, edx
  4d8d51e8          lea r10, [r9-24]          ; the mark that the list is in use
  4531c0            xor r8d, r8d
  b838000000        mov eax, 56               ; clone
  0f05              syscall
  85c0              test eax, eax
  7401              jz child
  c3                ret                       ; the manager: PID, or -errno
child:
  4d89cc            mov r12, r9               ; r12: the entry at work
  4c89e5            mov rbp, r12              ; rbp: the first entry
  4d8b6c24d8        mov r13, [r12-40]         ; r13: behind the last entry
  41bf02000000      mov r15d, 2               ; r15: errno of a PATH search, ENOENT at first
next:
  4d39ec            cmp r12, r13
  0f83b5000000      jae exhausted
  498b0424          mov rax, [r12]            ; number; negative: the pseudo-call
  498b7c2408        mov rdi, [r12+8]
  498b742410        mov rsi, [r12+16]
  498b542418        mov rdx, [r12+24]
  4d8b542420        mov r10, [r12+32]
  4d8b442428        mov r8, [r12+40]
  4d8b4c2430        mov r9, [r12+48]
  4885c0            test rax, rax
  0f88c2000000      js own_pid
  0f05              syscall
  418b5c2438        mov ebx, [r12+56]         ; flags
  483d01f0ffff      cmp rax, -4095            ; -4095 to -1 are errors
  730e              jae failed
  f6c304            test bl, 4                ; STORE_RESULT
  7403              jz advance
  418901            mov [r9], eax             ; at the address in the sixth argument
advance:
  4983c440          add r12, 64
  ebaf              jmp next
failed:
  f7d8              neg eax
  f6c301            test bl, 1                ; IGNORE_FAILURE
  75f3              jnz advance
  f6c308            test bl, 8                ; IGNORE_MISSING
  7405              jz no_program
  83f802            cmp eax, 2
  74e9              je advance
no_program:
  f6c310            test bl, 16               ; SHELL
  7405              jz fatal_unless_search
  83f808            cmp eax, 8                ; ENOEXEC
  742e              je shell
fatal_unless_search:
  f6c302            test bl, 2                ; SEARCH
  7454              jz report
  83f802            cmp eax, 2
  7419              je remember
  83f80d            cmp eax, 13               ; EACCES
  7414              je remember
  83f813            cmp eax, 19               ; ENODEV
  740f              je remember
  83f814            cmp eax, 20               ; ENOTDIR
  740a              je remember
  83f86e            cmp eax, 110              ; ETIMEDOUT
  7405              je remember
  83f874            cmp eax, 116              ; ESTALE
  7536              jne report
remember:
  4183ff0d          cmp r15d, 13              ; EACCES outweighs all later ones, as in execvp(3)
  74b6              je advance
  4189c7            mov r15d, eax
  ebb1              jmp advance
shell:
  498b742410        mov rsi, [r12+16]         ; the program's arguments
  498b442408        mov rax, [r12+8]
  488906            mov [rsi], rax            ; its path in place of its name
  4883ee08          sub rsi, 8                ; before that: the shell's path
  488b3e            mov rdi, [rsi]
  498b542418        mov rdx, [r12+24]
  b83b000000        mov eax, 59               ; execve
  0f05              syscall
  f7d8              neg eax
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
  b801000000        mov eax, 1                ; write
  0f05              syscall
  bf7f000000        mov edi, 127
  b8e7000000        mov eax, 231              ; exit_group
  0f05              syscall
  0f0b              ud2
own_pid:
  b827000000        mov eax, 39               ; getpid
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
  e91bffffff        jmp advance
`,
  aarch64: `
  e90300aa          mov x9, x0                ; x9: the first entry
  20015ef8          ldur x0, [x9, #-32]       ; flags
  21015ff8          ldur x1, [x9, #-16]       ; stack
  020080d2          mov x2, #0
  030080d2          mov x3, #0
  246100d1          sub x4, x9, #24           ; the mark that the list is in use
  881b80d2          mov x8, #220              ; clone
  010000d4          svc #0
  400000b4          cbz x0, child
  c0035fd6          ret                       ; the manager: PID, or -errno
child:
  ec0309aa          mov x12, x9               ; x12: the first entry; x9: the entry at work
  2a815df8          ldur x10, [x9, #-40]      ; x10: behind the last entry
  4d0080d2          mov x13, #2               ; x13: errno of a PATH search, ENOENT at first
next:
  3f010aeb          cmp x9, x10
  c2050054          b.hs exhausted
  280140a9          ldp x8, x0, [x9]          ; number; negative: the pseudo-call
  210941a9          ldp x1, x2, [x9, #16]
  231142a9          ldp x3, x4, [x9, #32]
  253943a9          ldp x5, x14, [x9, #48]    ; sixth argument, flags
  e806f8b7          tbnz x8, #63, own_pid
  010000d4          svc #0
  1ffc3fb1          cmn x0, #4095             ; -4095 to -1 are errors
  a2000054          b.hs failed
  4e001036          tbz x14, #2, advance      ; STORE_RESULT
  a00000b9          str w0, [x5]              ; at the address in the sixth argument
advance:
  29010191          add x9, x9, #64
  f3ffff17          b next
failed:
  e00300cb          neg x0, x0
  aeff0737          tbnz x14, #0, advance     ; IGNORE_FAILURE
  6e001836          tbz x14, #3, no_program   ; IGNORE_MISSING
  1f0800f1          cmp x0, #2
  40ffff54          b.eq advance
no_program:
  6e002036          tbz x14, #4, fatal_unless_search; SHELL
  1f2000f1          cmp x0, #8                ; ENOEXEC
  40020054          b.eq shell
fatal_unless_search:
  6e030836          tbz x14, #1, report       ; SEARCH
  1f0800f1          cmp x0, #2
  60010054          b.eq remember
  1f3400f1          cmp x0, #13               ; EACCES
  20010054          b.eq remember
  1f4c00f1          cmp x0, #19               ; ENODEV
  e0000054          b.eq remember
  1f5000f1          cmp x0, #20               ; ENOTDIR
  a0000054          b.eq remember
  1fb801f1          cmp x0, #110              ; ETIMEDOUT
  60000054          b.eq remember
  1fd001f1          cmp x0, #116              ; ESTALE
  e1010054          b.ne report
remember:
  bf3500f1          cmp x13, #13              ; EACCES outweighs all later ones, as in execvp(3)
  00fdff54          b.eq advance
  ed0300aa          mov x13, x0
  e6ffff17          b advance
shell:
  238540a9          ldp x3, x1, [x9, #8]      ; the program's path and arguments
  220d40f9          ldr x2, [x9, #24]         ; environment
  230000f9          str x3, [x1]              ; its path in place of its name
  208c5ff8          ldr x0, [x1, #-8]!        ; before that: the shell's path
  a81b80d2          mov x8, #221              ; execve
  010000d4          svc #0
  e00300cb          neg x0, x0
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
  080880d2          mov x8, #64               ; write
  010000d4          svc #0
  e00f80d2          mov x0, #127
  c80b80d2          mov x8, #94               ; exit_group
  010000d4          svc #0
  00000000          udf #0
own_pid:
  ef0300aa          mov x15, x0
  881580d2          mov x8, #172              ; getpid
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
  beffff17          b advance
`,
};

/** The code of a processor. */
export function stubCode(architecture: Architecture): Uint8Array<ArrayBuffer> {
  return listedCode(STUB_LISTING[architecture]);
}

/** The bytes of a listing: first word of each line that is not a label. */
export function listedCode(listing: string): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  for (const line of listing.split("\n")) {
    const [word] = line.trim().split(/\s/);
    if (word === undefined || word === "" || word.endsWith(":")) continue;
    for (let at = 0; at < word.length; at += 2) bytes.push(parseInt(word.slice(at, at + 2), 16));
  }
  return new Uint8Array(bytes);
}
