# Makes the folder that the other services of the demonstration work in.
set -eu
mkdir -p "$1"
date > "$1/prepared-at"
echo "prepared $1"
