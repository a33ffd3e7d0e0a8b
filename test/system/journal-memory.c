/*
 * Calls every function of f2b-journal.so for valgrind: JOURNAL-DIRECTORY JOURNAL-FILE-TO-TOUCH.
 * Ends with status 0 when all calls answered as they should; valgrind judges the memory.
 */
#include <assert.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int f2b_open(const char *directory, const char *namespace, const char *host, uint32_t flags, const char *fields, uint64_t *ret);
void f2b_close(uint64_t handle);
int f2b_match(uint64_t handle, const char *term, uint32_t length);
int f2b_restrict(uint64_t handle, const char *term);
int f2b_unique(uint64_t handle, const char *field, char *buffer, uint32_t size);
int f2b_seek_head(uint64_t handle);
int f2b_seek_tail(uint64_t handle);
int f2b_seek_realtime(uint64_t handle, uint64_t usec);
int f2b_seek_cursor(uint64_t handle, const char *cursor);
void f2b_again(uint64_t handle);
int f2b_peek(uint64_t handle);
int f2b_drain(uint64_t handle, uint32_t limit, uint32_t flags, char *buffer, uint32_t size);
int f2b_watch(uint64_t handle, int32_t *ret_pipe);
int f2b_process(uint64_t handle, uint32_t look);
int f2b_unwatched(uint64_t handle);
int f2b_look_by_time(uint64_t handle, int reason);
int f2b_send(const char *data, uint32_t size, uint32_t timeout_ms);
int f2b_send_at_once(const char *lines);
int f2b_notify(const char *state);
int f2b_watchdog(uint64_t *ret_usec);

enum { SIZE = 1 << 20, BACKWARDS = 1, CURSORS = 2, TO_FOLLOW = 2, MOVED = 4 };

static char *buffer;

static int records(int used) {
  int n = 0;
  for (int at = 0; at < used; n++) {
    uint32_t size;
    memcpy(&size, buffer + at, sizeof size);
    assert(size >= 48 && size % 8 == 0 && at + (int)size <= used);
    at += (int)size;
  }
  return n;
}

static int read_all(uint64_t journal, uint32_t limit, uint32_t flags) {
  int n = 0;
  for (int used; (used = f2b_drain(journal, limit, flags, buffer, SIZE)) != 0;) {
    assert(used > 0);
    n += records(used);
  }
  return n;
}

static void read_and_seek(uint64_t journal) {
  char cursor[512] = {0};
  uint32_t header[10];
  int all = read_all(journal, 7, CURSORS);
  assert(all > 10 && f2b_seek_tail(journal) > 0 && read_all(journal, 7, CURSORS | BACKWARDS) == all);
  assert(f2b_seek_head(journal) >= 0 && read_all(journal, 100000, 0) == all);
  assert(f2b_seek_realtime(journal, 1) >= 0 && read_all(journal, 3, 0) == all);
  assert(f2b_seek_head(journal) >= 0 && f2b_drain(journal, 1, CURSORS, buffer, SIZE) > 0);
  memcpy(header, buffer, sizeof header);
  memcpy(cursor, buffer + 48 + 8 * header[8] + header[6] + 1, header[7]);
  assert(f2b_seek_cursor(journal, cursor) == 1);
  f2b_again(journal);
  assert(f2b_peek(journal) == 1 && f2b_process(journal, 0) >= 0 && f2b_peek(journal) == 1);
  assert(read_all(journal, 7, 0) == all && f2b_peek(journal) == 0);
  assert(f2b_drain(journal, 1, 0, buffer, SIZE - 1) < 0);
  assert(f2b_seek_cursor(journal, "no cursor") < 0);
}

static void wait_for_wake(int wakes) {
  struct pollfd readable = {.fd = wakes, .events = POLLIN};
  char byte;
  assert(poll(&readable, 1, 20000) == 1 && read(wakes, &byte, 1) == 1);
}

static void watch(uint64_t journal, const char *directory, const char *file) {
  int32_t wakes;
  char elsewhere[4096];
  assert(f2b_watch(journal, &wakes) == 0 && f2b_watch(journal, &wakes) < 0);
  assert(f2b_unwatched(journal) == 0);
  for (int i = 0; i < 3; i++) {
    assert(f2b_process(journal, 0) >= 0);
    int fd = open(file, O_WRONLY | O_APPEND);
    assert(fd >= 0 && ftruncate(fd, lseek(fd, 0, SEEK_END)) == 0);
    close(fd);
    wait_for_wake(wakes);
  }
  assert(f2b_look_by_time(journal, 1) == 0 && f2b_unwatched(journal) == 1 && (f2b_process(journal, 1) & MOVED) == 0);
  wait_for_wake(wakes);
  snprintf(elsewhere, sizeof elsewhere, "%s.elsewhere", directory);
  assert(rename(directory, elsewhere) == 0);
  wait_for_wake(wakes);
  assert(f2b_process(journal, 0) & MOVED && rename(elsewhere, directory) == 0);
  close(wakes);
}

static void tell(void) {
  uint64_t usec;
  const char field[] = "\x09\0\0\0MESSAGE=m", cut[] = "\x0f\0\0\0MESSAGE=m";
  f2b_send(field, sizeof field - 1, UINT32_MAX);
  f2b_send_at_once("MESSAGE=m\n");
  assert(f2b_send(cut, sizeof cut - 1, 0) < 0 && f2b_send("\1\0", 2, 0) < 0);
  assert(f2b_notify("READY=1") == 0 && f2b_watchdog(&usec) == 0);
}

static int open_files(void) {
  int n = 0;
  for (int fd = 0; fd < 1024; fd++) n += fcntl(fd, F_GETFD) >= 0;
  return n;
}

int main(int count, char **arguments) {
  assert(count == 3);
  uint64_t journal;
  buffer = aligned_alloc(8, SIZE);
  assert(buffer);
  int files = open_files();
  assert(f2b_open("/nonexistent", "", "", TO_FOLLOW, "", &journal) < 0);
  assert(f2b_open(arguments[1], "", "", TO_FOLLOW, "_SYSTEMD_UNIT\nMESSAGE\nNONE\n", &journal) == 0);
  assert(f2b_unique(journal, "SYSLOG_IDENTIFIER", buffer, 4) > 4);
  read_and_seek(journal);
  assert(f2b_match(journal, "not a match", 11) < 0);
  assert(f2b_match(journal, "SYSLOG_IDENTIFIER=sshd", 22) == 0 && f2b_match(journal, "", 0) == 0);
  assert(f2b_match(journal, "SYSLOG_IDENTIFIER=other", 23) == 0);
  assert(f2b_restrict(journal, "_HOSTNAME=h") == 0);
  watch(journal, arguments[1], arguments[2]);
  f2b_close(journal);
  f2b_close(0);
  assert(open_files() == files);
  tell();
  free(buffer);
  return 0;
}
