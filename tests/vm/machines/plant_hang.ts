/**
 * Has process 1 of a machine hang, by a change of its code from inside: its next accept4(2) is an
 * endless loop. As `tests/system/killed/hang.ts`, for a shell. x86-64.
 */
import { type ImageFile, text } from "../../../tools/vm/images/image_file.ts";

/** Ends with 1 when the code is not what it knows. */
const SCRIPT = `#!/bin/sh
# Number of the call, its arguments, stack pointer, program counter: proc(5). 281: epoll_pwait.
until set -- $(cat /proc/1/syscall) && [ "$1" = 281 ]; do usleep 1000; done
pc=$(($9))
end=0
while read -r range rest; do
  from=$((0x\${range%-*})); to=$((0x\${range#*-}))
  [ $from -le $pc ] && [ $pc -lt $to ] && end=$to
done </proc/1/maps
# mov r9,[rsp+8]; syscall
at=$((pc - 7))
[ "$(dd if=/proc/1/mem bs=1 skip=$at count=7 2>/dev/null | hexdump -ve '1/1 "%02x"')" = 4c8b4c24080f05 ] || exit 1
room=$((end - 32))
word() {
  printf '\\\\x%02x\\\\x%02x\\\\x%02x\\\\x%02x' $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)) $(($1 >> 24 & 255))
}
put() {
  printf "$2" | dd of=/proc/1/mem bs=1 seek=$1 conv=notrunc 2>/dev/null
}
# cmp eax,288; je to itself; what was there; back.
put $room "\\x3d\\x20\\x01\\x00\\x00\\x74\\xfe\\x4c\\x8b\\x4c\\x24\\x08\\xe9$(word $((at + 5 - (room + 17))))" &&
put $at "\\xe9$(word $((room - (at + 5))))"
`;

/** The command `plant-hang`. */
export const PLANT_HANG: ImageFile = text("/bin/plant-hang", SCRIPT, 0o755);
