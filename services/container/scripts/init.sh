#!/bin/sh
# Prepares the container: replace by what your application needs.
set -eu
folder=${APP_FOLDER:-/tmp/app}
mkdir -p "$folder"
printf 'init: %s is ready\n' "$folder"
