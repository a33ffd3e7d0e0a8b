/*
 * Starts programs without copying this process, and in control groups of their own. Node.js forks, which copies its page
 * tables and has it write each page anew afterwards; here the memory is shared until the program is there, as
 * posix_spawn(3) has it, which knows no groups before glibc 2.39.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "f2b-journal.h"

/* What it writes to both of its outputs comes through one pipe, in the order in which it wrote it. */
enum { INPUT, OUTPUT, STREAMS };

/* Enough for system calls alone, bytes. */
enum { STACK = 32 << 10 };

/* The strings of `text`, each ended by NUL, as execve(2) takes them. NULL: no memory. */
static char **vector_of(char *text, uint32_t count) {
  char **vector = calloc((size_t)count + 1, sizeof *vector);
  for (uint32_t n = 0; vector && n < count; n++) {
    vector[n] = text;
    text += strlen(text) + 1;
  }
  return vector;
}

/* `ours` are the ends that stay here, `theirs` those of the program; its input is /dev/null without `has_input`. */
static int open_streams(bool has_input, int ours[STREAMS], int theirs[STREAMS]) {
  if (!has_input && (theirs[INPUT] = open("/dev/null", O_RDONLY | O_CLOEXEC)) < 0) return errno;
  for (int stream = has_input ? INPUT : OUTPUT; stream < STREAMS; stream++) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) return errno;
    ours[stream] = ends[stream == INPUT];
    theirs[stream] = ends[stream != INPUT];
  }
  return 0;
}

static void close_streams(const int fds[STREAMS]) {
  for (int stream = 0; stream < STREAMS; stream++)
    if (fds[stream] >= 0) close(fds[stream]);
}

struct start {
  char **argv, **environment;
  const int *streams;
  /* Of the group that it enters; -1: that of this process. */
  int entrance;
  /* Why it could not be started, an errno. This process has the same memory. */
  volatile int error;
};

/* No signal is ignored, nor heard here. Of those that no program may set, the C library says so. */
static void default_signals(void) {
  struct sigaction action = {.sa_handler = SIG_DFL};
  for (int signal = 1; signal < NSIG; signal++) sigaction(signal, &action, NULL);
}

/* A session of its own, / as its directory, its streams, and nothing else of what is open here. */
static bool set_up(const struct start *start) {
  if (start->entrance >= 0 && write(start->entrance, "0", 1) < 0) return false;
  const int *streams = start->streams;
  if (dup2(streams[INPUT], STDIN_FILENO) < 0 || dup2(streams[OUTPUT], STDOUT_FILENO) < 0) return false;
  if (dup2(streams[OUTPUT], STDERR_FILENO) < 0) return false;
  return close_range(STDERR_FILENO + 1, ~0U, 0) >= 0 && setsid() >= 0 && chdir("/") >= 0;
}

/*
 * The new process until it is the program. Memory is that of the thread that waits for it, errno too, and other threads
 * go on: nothing here may lock, allocate or return to the caller. All signals are blocked until no handler is left.
 */
static int become_program(void *argument) {
  struct start *start = argument;
  default_signals();
  if (set_up(start)) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(start->argv[0], start->argv, start->environment);
  }
  start->error = errno;
  _exit(EX_OSERR);
}

/* Returns a process id, or a negative errno. */
static int start_program(struct start *start) {
  char stack[STACK] __attribute__((aligned(16)));
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pid_t pid = clone(become_program, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, start);
  int r = pid < 0 ? errno : start->error;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (pid > 0 && r)
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) continue;
  return r ? -r : pid;
}

/* `entrance`: cgroup.procs of the group that it is to be in from the start, or "". Returns a process id or a negative errno. */
static int start_in(const char *entrance, char **argv, char **environment, const int theirs[STREAMS]) {
  struct start start = {.argv = argv, .environment = environment, .streams = theirs, .entrance = -1};
  if (*entrance && (start.entrance = open(entrance, O_WRONLY | O_CLOEXEC)) < 0) return -errno;
  int r = start_program(&start);
  if (start.entrance >= 0) close(start.entrance);
  return r;
}

/*
 * Runs the file `argv` begins with. `entrance`: cgroup.procs of the control group that it is in from its first
 * instruction; empty for that of this process. `ret_fds`: the ends of its streams that the caller closes; -1 for the
 * input it has not. Returns its process id, which is its session's too; the caller reaps it. Any thread may call this.
 */
EXPORT int f2b_spawn(char *argv, uint32_t argc, char *environment, uint32_t count, const char *entrance,
                     uint32_t has_input, int *ret_fds) {
  int ours[STREAMS] = {-1, -1}, theirs[STREAMS] = {-1, -1};
  char **arguments = vector_of(argv, argc), **variables = vector_of(environment, count);
  int r = arguments && variables && argc > 0 ? -open_streams(has_input, ours, theirs) : argc > 0 ? -ENOMEM : -EINVAL;
  if (!r) r = start_in(entrance, arguments, variables, theirs);
  close_streams(theirs);
  if (r < 0) close_streams(ours);
  else memcpy(ret_fds, ours, sizeof ours);
  free(arguments);
  free(variables);
  return r;
}

/* Returns 1 and how it ended: its exit status, or the signal that killed it, the other being -1. 0: it runs. */
EXPORT int f2b_reap(int pid, int *ret_status, int *ret_signal) {
  int status;
  pid_t found;
  do found = waitpid(pid, &status, WNOHANG);
  while (found < 0 && errno == EINTR);
  if (found <= 0) return found < 0 ? -errno : 0;
  *ret_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  *ret_signal = WIFSIGNALED(status) ? WTERMSIG(status) : -1;
  return 1;
}
