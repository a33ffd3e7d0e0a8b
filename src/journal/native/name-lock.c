/*
 * A name that one process of a network namespace can have at a time: an abstract Unix socket. The kernel frees it when
 * its process is gone, however it ended.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "f2b-journal.h"

/* Between bind and listen, and while it dies, a process has a name and answers nobody: it is asked so often, each ms. */
#define TRIES 50
/* So many at a time ask whose the name is, at most. */
#define BACKLOG 128

static int open_socket(void) { return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0); }

/* Who listens there, as the kernel knows it. */
static int ask_owner(const struct sockaddr_un *address, socklen_t size, uint32_t *ret_uid, int32_t *ret_pid) {
  struct ucred peer = {0};
  socklen_t length = sizeof peer;
  int fd = open_socket();
  if (fd < 0) return -errno;
  int r = 0;
  if (connect(fd, (const struct sockaddr *)address, size) < 0 ||
      getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0)
    r = -errno;
  close(fd);
  *ret_uid = peer.uid;
  *ret_pid = peer.pid;
  return r;
}

/*
 * Returns 1 and the descriptor that keeps the name, which the caller closes; or 0 and the user and the process that have
 * it. -EADDRINUSE: somebody has it and does not say who he is.
 */
EXPORT int f2b_lock_name(const char *name, int *ret_fd, uint32_t *ret_uid, int32_t *ret_pid) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(name);
  if (length > sizeof address.sun_path - 1) return -ENAMETOOLONG;
  memcpy(address.sun_path + 1, name, length);
  socklen_t size = offsetof(struct sockaddr_un, sun_path) + 1 + length;
  int fd = open_socket();
  if (fd < 0) return -errno;
  int r = -EADDRINUSE;
  for (int try = 0; try < TRIES; try++) {
    if (bind(fd, (const struct sockaddr *)&address, size) == 0) {
      *ret_fd = fd;
      if (listen(fd, BACKLOG) == 0) return 1;
      r = -errno;
      break;
    }
    if (errno != EADDRINUSE) {
      r = -errno;
      break;
    }
    if (ask_owner(&address, size, ret_uid, ret_pid) == 0) {
      r = 0;
      break;
    }
    usleep(1000);
  }
  close(fd);
  return r;
}

/* Lets go who asked: when too many were not, nobody else could ask. */
EXPORT void f2b_answer_lock(int fd) {
  for (int n = 0; n < BACKLOG; n++) {
    int asked = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
    if (asked < 0) return;
    close(asked);
  }
}
