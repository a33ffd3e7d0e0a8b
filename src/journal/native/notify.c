/* Structured entries to journald, and states to the service manager: Node has no AF_UNIX datagram sockets. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "f2b-journal.h"

/* `data`: for each field a u32 length in host byte order and then FIELD=value; values may hold any byte. */
EXPORT int f2b_send(const char *data, uint32_t size) {
  struct iovec fields[256];
  int n = 0;
  for (uint32_t at = 0; at < size; n++) {
    uint32_t length;
    if (n == 256 || size - at < sizeof length) return -EINVAL;
    memcpy(&length, data + at, sizeof length);
    at += sizeof length;
    if (length > size - at) return -EINVAL;
    fields[n] = (struct iovec){.iov_base = (void *)(data + at), .iov_len = length};
    at += length;
  }
  return sd_journal_sendv(fields, n);
}

/*
 * `lines` of FIELD=value as one entry, in journald's native protocol. sd_journal_send waits for a journald that does not
 * read, and is content when there is none: this does neither.
 */
EXPORT int f2b_send_at_once(const char *lines) {
  const struct sockaddr_un journald = {.sun_family = AF_UNIX, .sun_path = "/run/systemd/journal/socket"};
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
