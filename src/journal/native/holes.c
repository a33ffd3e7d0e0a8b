/* Where a file has holes. Reading them takes as long as if they were full, and one of terabytes takes no room on the disk. */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "f2b-journal.h"

/* The first byte from `from` on that is in no hole, the end of the file if there is none; `from` where nobody knows. */
EXPORT int64_t f2b_next_data(int fd, int64_t from) {
  off_t data = lseek(fd, (off_t)from, SEEK_DATA);
  if (data >= 0) return data;
  if (errno != ENXIO) return from;
  struct stat stats;
  return fstat(fd, &stats) == 0 && stats.st_size > from ? stats.st_size : from;
}
