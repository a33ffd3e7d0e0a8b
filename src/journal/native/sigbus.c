/*
 * libsystemd maps journal files. When one shrinks meanwhile, the kernel answers an access behind its end with SIGBUS,
 * which would end the whole process; journald, which knows this, reads zeros there instead, and so do we. Only while a
 * thread is in libsystemd: anywhere else SIGBUS stays what it is.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "f2b-journal.h"

static __thread volatile sig_atomic_t depth __attribute__((tls_model("initial-exec")));
static struct sigaction before;
static uintptr_t page_size;

static void read_zeros(int signal, siginfo_t *info, void *context) {
  (void)context;
  void *page = (void *)((uintptr_t)info->si_addr & ~(page_size - 1));
  bool ours = depth > 0 && info->si_code == BUS_ADRERR;
  if (ours && mmap(page, page_size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == page) return;
  /* The access is repeated, and meets whoever was there before. */
  sigaction(signal, &before, NULL);
}

static void install(void) {
  struct sigaction action = {.sa_sigaction = read_zeros, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
  sigaction(SIGBUS, &action, &before);
}

int sigbus_enter(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, install);
  depth++;
  return 0;
}

void sigbus_leave(const int *unused) {
  (void)unused;
  depth--;
}
