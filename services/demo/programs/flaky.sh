# Works for a few seconds, then fails.
echo "working, process $$"
sleep $((4 + $$ % 4))
echo "something went wrong" >&2
exit 3
