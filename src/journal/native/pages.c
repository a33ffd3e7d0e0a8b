/*
 * Pages of journal files that libsystemd mapped and that were read. They are those of the kernel's cache, which journald
 * has too, and count as this process's as long as they are mapped in.
 */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "f2b-journal.h"

/* Room for a line of /proc/self/maps; of a longer path the rest is read as a line that is none. */
enum { LINE_SIZE = 8192 };

static bool ends_with(const char *text, const char *end) {
  size_t length = strlen(text), end_length = strlen(end);
  return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

/* Also those that were set aside, and not those that were deleted. */
static bool is_journal(const char *path) { return ends_with(path, ".journal\n") || ends_with(path, ".journal~\n"); }

/* Lets all of them go. Nothing is lost: what is shared comes back from the file once it is read again. */
EXPORT void f2b_let_pages_go(void) {
  FILE *maps = fopen("/proc/self/maps", "re");
  if (maps == NULL) return;
  char line[LINE_SIZE], access[5];
  while (fgets(line, sizeof line, maps) != NULL) {
    uintptr_t from, to;
    int path = 0;
    /* Addresses, access, offset, device, inode. */
    if (sscanf(line, "%lx-%lx %4s %*s %*s %*s %n", &from, &to, access, &path) != 3 || path == 0) continue;
    if (access[3] == 's' && is_journal(line + path)) madvise((void *)from, to - from, MADV_DONTNEED);
  }
  fclose(maps);
}
