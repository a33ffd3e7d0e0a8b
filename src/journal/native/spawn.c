/*
 * Starts programs without copying this process. Node.js forks, which copies its page tables and has it write each page
 * anew afterwards; posix_spawn(3) shares the memory until the program is there.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "f2b-journal.h"

enum { INPUT, OUTPUT, ERRORS, STREAMS };

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

/* Its streams, / as its directory, and nothing else of what is open here. */
static int add_actions(posix_spawn_file_actions_t *actions, const int theirs[STREAMS]) {
  int r = 0;
  for (int stream = 0; !r && stream < STREAMS; stream++)
    r = posix_spawn_file_actions_adddup2(actions, theirs[stream], stream);
  if (!r) r = posix_spawn_file_actions_addclosefrom_np(actions, STREAMS);
  return r ? r : posix_spawn_file_actions_addchdir_np(actions, "/");
}

/* A session of its own, no signal blocked or ignored. */
static int set_attributes(posix_spawnattr_t *attributes) {
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  int r = posix_spawnattr_setsigmask(attributes, &none);
  if (!r) r = posix_spawnattr_setsigdefault(attributes, &all);
  return r ? r
           : posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

static int spawn_with(char **argv, char **environment, const int theirs[STREAMS], pid_t *ret_pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int r = posix_spawn_file_actions_init(&actions);
  if (r) return r;
  r = posix_spawnattr_init(&attributes);
  if (!r) {
    r = add_actions(&actions, theirs);
    if (!r) r = set_attributes(&attributes);
    if (!r) r = posix_spawn(ret_pid, argv[0], &actions, &attributes, argv, environment);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  return r;
}

/*
 * Runs the file `argv` begins with. `ret_fds`: the ends of its streams that the caller closes; -1 for the input it has
 * not. Returns its process id, which is its session's too; the caller reaps it.
 */
EXPORT int f2b_spawn(char *argv, uint32_t argc, char *environment, uint32_t count, uint32_t has_input, int *ret_fds) {
  int ours[STREAMS] = {-1, -1, -1}, theirs[STREAMS] = {-1, -1, -1};
  char **arguments = vector_of(argv, argc), **variables = vector_of(environment, count);
  pid_t pid = 0;
  int r = arguments && variables && argc > 0 ? open_streams(has_input, ours, theirs) : argc > 0 ? ENOMEM : EINVAL;
  if (!r) r = spawn_with(arguments, variables, theirs, &pid);
  close_streams(theirs);
  if (r) close_streams(ours);
  else memcpy(ret_fds, ours, sizeof ours);
  free(arguments);
  free(variables);
  return r ? -r : pid;
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
