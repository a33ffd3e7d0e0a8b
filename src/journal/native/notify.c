/* Structured entries to journald, and states to the service manager: Node has no AF_UNIX datagram sockets. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#include "f2b-journal.h"

/* Room for long messages: the same as sd_journal_sendv asks for. */
#define SEND_BUFFER (8 << 20)

static const struct sockaddr_un journald = {.sun_family = AF_UNIX, .sun_path = "/run/systemd/journal/socket"};

/* What is too long for a message goes into a sealed file in memory, and its descriptor to journald. */
static int send_as_file(int fd, const char *entry, size_t length, int flags) {
  int file = memfd_create("f2b-entry", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (file < 0) return -errno;
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control = {.header = {.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(int))}};
  memcpy(CMSG_DATA(&control.header), &file, sizeof file);
  struct msghdr header = {.msg_name = (void *)&journald, .msg_namelen = sizeof journald, .msg_control = &control, .msg_controllen = sizeof control};
  bool written = write(file, entry, length) == (ssize_t)length;
  written = written && fcntl(file, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) >= 0;
  int r = !written ? -EIO : sendmsg(fd, &header, flags) < 0 ? -errno : 0;
  close(file);
  return r;
}

static uint64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Without any journald the entry is gone, as with sd_journal_sendv. From `deadline` on nothing is waited for. */
static int send_entry(int fd, const char *entry, size_t length, uint64_t deadline) {
  int r;
  /* With a time-out, a signal ends the wait whatever its handler asks for, signal(7): that of a child that ended does. */
  do {
    int flags = MSG_NOSIGNAL | (now_ms() >= deadline ? MSG_DONTWAIT : 0);
    r = sendto(fd, entry, length, flags, (const struct sockaddr *)&journald, sizeof journald) < 0 ? -errno : 0;
    if (r == -EMSGSIZE || r == -ENOBUFS) r = send_as_file(fd, entry, length, flags);
  } while (r == -EINTR);
  return r == -ENOENT ? 0 : r;
}

/*
 * `data`: for each entry a u32 length in host byte order, and then the entry in journald's native protocol. A journald
 * that does not keep up is waited for `timeout_ms` ms for all of them, or for ever when that is UINT32_MAX. Returns how many
 * entries were sent, in order: fewer than all when journald took longer, or when the next one fails. When the first fails
 * otherwise, that is the result.
 */
EXPORT int f2b_send(const char *data, uint32_t size, uint32_t timeout_ms) {
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  bool ends = timeout_ms != UINT32_MAX;
  struct timeval timeout = {.tv_sec = ends ? timeout_ms / 1000 : 0, .tv_usec = ends ? timeout_ms % 1000 * 1000 : 0};
  uint64_t deadline = ends ? now_ms() + timeout_ms : UINT64_MAX;
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &(int){SEND_BUFFER}, sizeof(int));
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
  int sent = 0, r = 0;
  for (uint32_t at = 0, length; at < size; at += length, sent++) {
    r = -EINVAL;
    if (size - at < sizeof length) break;
    memcpy(&length, data + at, sizeof length);
    at += sizeof length;
    if (length > size - at) break;
    r = send_entry(fd, data + at, length, deadline);
    if (r < 0) break;
  }
  close(fd);
  return sent > 0 || r == -EAGAIN ? sent : r;
}

/*
 * `lines` of FIELD=value as one entry. This never waits, and says when there is no journald.
 */
EXPORT int f2b_send_at_once(const char *lines) {
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -errno;
  ssize_t n = sendto(fd, lines, strlen(lines), MSG_NOSIGNAL, (const struct sockaddr *)&journald, sizeof journald);
  int r = n < 0 ? -errno : 0;
  close(fd);
  return r;
}

/* Returns 1 when told, 0 when not started by systemd. */
EXPORT int f2b_notify(const char *state) { return sd_notify(0, state); }

/* Returns 1 and the µs within which WATCHDOG=1 is due; 0 when systemd does not watch. */
EXPORT int f2b_watchdog(uint64_t *ret_usec) { return sd_watchdog_enabled(0, ret_usec); }
