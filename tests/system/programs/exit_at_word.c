/*
 * Preloaded into a program, it has a thread of it call exit(3) when a file appears: an end of the runtime that
 * nobody asked for. The file's path is that of EXIT_AT_WORD.
 */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static void *wait_for_word(void *path) {
  while (access(path, F_OK) != 0) usleep(10000);
  unlink(path);
  exit(7);
}

__attribute__((constructor)) static void begin(void) {
  pthread_t thread;
  char *path = getenv("EXIT_AT_WORD");
  if (path != NULL) pthread_create(&thread, NULL, wait_for_word, path);
}
