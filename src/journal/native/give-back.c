/*
 * What a start leaves behind: memory that was freed, and code and constants of the program and its libraries, of which a
 * start uses far more than what comes after it. Those are pages of the kernel's cache, and count as this process's as long
 * as they are mapped in. Invariant: only what comes back from the file as it was is let go.
 */
#define _GNU_SOURCE
#include <link.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "f2b-journal.h"

enum {
  /* Room for a line of /proc/self/smaps; the rest of a longer one is read as a line that says nothing. */
  LINE_SIZE = 8192,
  /* Each object has two or three; of more than these the rest stays. */
  MAX_SEGMENTS = 512,
};

struct segment {
  uintptr_t from, to;
};

struct segments {
  struct segment of[MAX_SEGMENTS];
  size_t count;
};

/* One mapping as proc_pid_smaps(5) tells it. */
struct mapping {
  struct segment at;
  char access[5];
  unsigned long inode;
  /* kB of it that are copies of its own, in memory or swapped out: there is no other. */
  unsigned long anonymous, swapped;
};

static int add_segments(struct dl_phdr_info *object, size_t size, void *data) {
  (void)size;
  struct segments *segments = data;
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  for (size_t n = 0; n < object->dlpi_phnum && segments->count < MAX_SEGMENTS; n += 1) {
    const ElfW(Phdr) *header = &object->dlpi_phdr[n];
    if (header->p_type != PT_LOAD || (header->p_flags & PF_W) != 0) continue;
    uintptr_t from = object->dlpi_addr + header->p_vaddr;
    struct segment segment = {(from + page - 1) / page * page, (from + header->p_filesz) / page * page};
    if (segment.from < segment.to) segments->of[segments->count++] = segment;
  }
  return 0;
}

/* Of a file, and nothing was ever written to it: not by a debugger either, nor is it a copy in large pages. */
static bool is_as_in_file(const struct mapping *mapping) {
  return mapping->access[1] == '-' && mapping->access[3] == 'p' && mapping->inode != 0 && mapping->anonymous == 0 &&
         mapping->swapped == 0;
}

static void let_go(const struct mapping *mapping, const struct segments *segments) {
  for (size_t n = 0; n < segments->count; n += 1) {
    const struct segment *segment = &segments->of[n];
    uintptr_t from = segment->from > mapping->at.from ? segment->from : mapping->at.from;
    uintptr_t to = segment->to < mapping->at.to ? segment->to : mapping->at.to;
    if (from < to) madvise((void *)from, to - from, MADV_DONTNEED);
  }
}

/*
 * What was loaded of programs and libraries and cannot be written to. A library that another thread is just loading is not
 * among the segments yet, so what its relocations are about to change is not either.
 */
static void let_text_go(void) {
  struct segments segments = {.count = 0};
  dl_iterate_phdr(add_segments, &segments);
  FILE *smaps = fopen("/proc/self/smaps", "re");
  if (smaps == NULL) return;
  char line[LINE_SIZE];
  struct mapping mapping = {.inode = 0};
  while (fgets(line, sizeof line, smaps) != NULL) {
    struct mapping next = {.inode = 0};
    if (sscanf(line, "%lx-%lx %4s %*s %*s %lu", &next.at.from, &next.at.to, next.access, &next.inode) == 4) mapping = next;
    sscanf(line, "Anonymous: %lu kB", &mapping.anonymous);
    sscanf(line, "Swap: %lu kB", &mapping.swapped);
    /* The last line about each. */
    if (strncmp(line, "VmFlags:", 8) == 0 && is_as_in_file(&mapping)) let_go(&mapping, &segments);
  }
  fclose(smaps);
}

EXPORT void f2b_give_back(void) {
  malloc_trim(0);
  let_text_go();
}
