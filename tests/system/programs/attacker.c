/*
 * Signals everybody whom its user may signal, without a pause, for the given time: attacker SECONDS SIGNAL [SIGNAL].
 * Of two signals it sends one after the other.
 */
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int main(int count, char **words)
{
	if (count < 3 || geteuid() == 0) return 2;
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	time_t end = now.tv_sec + atoi(words[1]);
	while (now.tv_sec < end) {
		for (int i = 2; i < count; i++) kill(-1, atoi(words[i]));
		clock_gettime(CLOCK_MONOTONIC, &now);
	}
	return 0;
}
