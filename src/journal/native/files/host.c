/*
 * See host.h. The names are open_output's of journal-remote.c and journal_file_rotate's: remote-HOST.journal is written to,
 * and becomes remote-HOST@SEQNUMID-SEQNUM-TIME.journal, or remote-HOST@TIME-RANDOM.journal~ when it was not closed.
 */
#define _GNU_SOURCE
#include "host.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char prefix[] = "remote-", ending[] = ".journal";

/* What follows the host in the name of one of its files; NULL when it is none. */
static const char *rest_of(const char *host, const char *name) {
  size_t n = strlen(prefix), length = strlen(host);
  return strncmp(name, prefix, n) == 0 && strncmp(name + n, host, length) == 0 ? name + n + length : NULL;
}

bool host_writes_to(const char *host, const char *name) {
  const char *rest = rest_of(host, name);
  return rest && strcmp(rest, ending) == 0;
}

/* No host is called so: what follows the @ are digits and dashes alone. */
static bool was_written_to(const char *host, const char *name) {
  const char *rest = rest_of(host, name);
  if (!rest || *rest != '@') return false;
  rest += 1 + strspn(rest + 1, "0123456789abcdef-");
  return strcmp(rest, ending) == 0 || strcmp(rest, ".journal~") == 0;
}

static bool is_of_host(const char *host, const char *name) {
  return host_writes_to(host, name) || was_written_to(host, name);
}

/* The order in which a folder is listed says nothing. */
uint64_t host_fingerprint(const char *directory, const char *host) {
  uint64_t sum = 0;
  DIR *folder = opendir(directory);
  if (!folder) return 0;
  for (struct dirent *entry; (entry = readdir(folder));) {
    if (!is_of_host(host, entry->d_name)) continue;
    uint64_t one = 1469598103934665603u ^ (uint64_t)entry->d_ino;
    for (const char *c = entry->d_name; *c; c++) one = (one ^ (unsigned char)*c) * 1099511628211u;
    sum += one;
  }
  closedir(folder);
  return sum;
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

char **host_paths(const char *directory, const char *host) {
  char **paths = calloc(MAX_HOST_FILES + 1, sizeof *paths);
  DIR *folder = paths ? opendir(directory) : NULL;
  size_t count = 0;
  if (!folder) return paths;
  /* Of too many files some old ones are left out, never the one with what is new. */
  for (int is_old = 0; is_old <= 1; is_old++, rewinddir(folder))
    for (struct dirent *entry; count < MAX_HOST_FILES && (entry = readdir(folder));)
      if ((is_old ? was_written_to : host_writes_to)(host, entry->d_name) &&
          asprintf(&paths[count], "%s/%s", directory, entry->d_name) >= 0)
        count++;
  closedir(folder);
  paths[count] = NULL;
  qsort(paths, count, sizeof *paths, by_name);
  return paths;
}

void host_free_paths(char **paths) {
  for (char **path = paths; path && *path; path++) free(*path);
  free(paths);
}
