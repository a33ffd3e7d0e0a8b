/* Structured entries to journald, and states to the service manager: Node has no AF_UNIX datagram sockets. */
#define _GNU_SOURCE
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "f2b-journal.h"

#define MAX_FIELDS_SENT 256
/* Room for long messages: the same as sd_journal_sendv asks for. */
#define SEND_BUFFER (8 << 20)

static const struct sockaddr_un journald = {.sun_family = AF_UNIX, .sun_path = "/run/systemd/journal/socket"};

/* An entry in journald's native protocol (https://systemd.io/JOURNAL_NATIVE_PROTOCOL). */
struct message {
  struct iovec parts[MAX_FIELDS_SENT * 5];
  uint64_t lengths[MAX_FIELDS_SENT];
  size_t n_parts, n_fields;
};

static void add(struct message *message, const void *data, size_t length) {
  message->parts[message->n_parts++] = (struct iovec){.iov_base = (void *)data, .iov_len = length};
}

/* Values with a newline come with their length. */
static int add_field(struct message *message, const char *field, size_t length) {
  const char *equals = memchr(field, '=', length);
  if (!equals || equals == field || message->n_fields == MAX_FIELDS_SENT) return -EINVAL;
  size_t name = (size_t)(equals - field), value = length - name - 1;
  uint64_t *size = &message->lengths[message->n_fields++];
  if (memchr(equals, '\n', length - name)) {
    *size = htole64(value);
    add(message, field, name);
    add(message, "\n", 1);
    add(message, size, sizeof *size);
    add(message, equals + 1, value);
  } else add(message, field, length);
  add(message, "\n", 1);
  return 0;
}

/* What is too long for a message goes into a sealed file in memory, and its descriptor to journald. */
static int send_as_file(int fd, const struct message *message, int flags) {
  int file = memfd_create("f2b-entry", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (file < 0) return -errno;
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control = {.header = {.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(int))}};
  memcpy(CMSG_DATA(&control.header), &file, sizeof file);
  struct msghdr header = {.msg_name = (void *)&journald, .msg_namelen = sizeof journald, .msg_control = &control, .msg_controllen = sizeof control};
  bool written = true;
  for (size_t i = 0; written && i < message->n_parts; i++)
    written = write(file, message->parts[i].iov_base, message->parts[i].iov_len) == (ssize_t)message->parts[i].iov_len;
  written = written && fcntl(file, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) >= 0;
  int r = !written ? -EIO : sendmsg(fd, &header, flags) < 0 ? -errno : 0;
  close(file);
  return r;
}

/*
 * `data`: for each field a u32 length in host byte order and then FIELD=value; values may hold any byte. A journald that
 * reads nothing is waited for `patience` ms, or for ever when that is UINT32_MAX; then the result is -EAGAIN. Without any
 * journald the entry is gone, as with sd_journal_sendv.
 */
EXPORT int f2b_send(const char *data, uint32_t size, uint32_t patience) {
  struct message message = {.n_parts = 0};
  for (uint32_t at = 0; at < size;) {
    uint32_t length;
    if (size - at < sizeof length) return -EINVAL;
    memcpy(&length, data + at, sizeof length);
    at += sizeof length;
    if (length > size - at) return -EINVAL;
    int r = add_field(&message, data + at, length);
    if (r < 0) return r;
    at += length;
  }
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  bool ends = patience != UINT32_MAX;
  struct timeval timeout = {.tv_sec = ends ? patience / 1000 : 0, .tv_usec = ends ? patience % 1000 * 1000 : 0};
  int flags = MSG_NOSIGNAL | (patience == 0 ? MSG_DONTWAIT : 0);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &(int){SEND_BUFFER}, sizeof(int));
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
  struct msghdr header = {.msg_name = (void *)&journald, .msg_namelen = sizeof journald, .msg_iov = message.parts, .msg_iovlen = message.n_parts};
  int r = sendmsg(fd, &header, flags) < 0 ? -errno : 0;
  if (r == -EMSGSIZE || r == -ENOBUFS) r = send_as_file(fd, &message, flags);
  close(fd);
  return r == -ENOENT ? 0 : r;
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
