/* Threads of this library. Signals are Node's business: they are blocked, but for the one that a file's shrinking raises. */
#include <signal.h>

#include "f2b-journal.h"

int start_quiet_thread(pthread_t *thread, void *(*run)(void *), void *argument) {
  sigset_t most, before;
  sigfillset(&most);
  /* Blocked, SIGBUS ends the process whatever sigbus.c would do about it. */
  sigdelset(&most, SIGBUS);
  pthread_sigmask(SIG_SETMASK, &most, &before);
  int r = pthread_create(thread, NULL, run, argument);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return -r;
}
