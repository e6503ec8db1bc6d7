#!/bin/sh
# An example application: greets, and waits until it is told to stop.
set -eu
# The manager tells the whole process group, so "sleep" ends by itself.
trap 'echo "app: Stopping"; exit 0' TERM INT
echo "app: Hello from process $$"
# A shell takes signals between commands only; "wait" is one that they end.
sleep "${APP_SECONDS:-2147483647}" &
wait
echo "app: Done"
