/* Which files make up a journal: add_root_directory and add_directory of sd-journal.c. */
#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool ends_with(const char *name, const char *end) {
  size_t length = strlen(name), n = strlen(end);
  return length > n && strcmp(name + length - n, end) == 0;
}

/* `system_only`: system.journal, its archived and its unclean ones, not those of users. */
static bool is_wanted(const char *name, bool system_only) {
  if (!ends_with(name, ".journal") && !ends_with(name, ".journal~")) return false;
  return !system_only || strncmp(name, "system.journal", 14) == 0 || strncmp(name, "system@", 7) == 0;
}

static int add(struct files *files, int directory, const char *name) {
  struct stat stat;
  int fd = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return 1;
  bool fits = files->count < MAX_FILES && fstat(fd, &stat) >= 0 && S_ISREG(stat.st_mode);
  if (!fits || !file_open(&files->all[files->count], fd, files->far)) {
    close(fd);
    return 1;
  }
  files->count++;
  files->usage += (uint64_t)stat.st_blocks * 512;
  return 1;
}

/* Which files of which folders: `machine` is null when those of every machine are wanted. */
struct wanted {
  bool system_only, is_root;
  sd_id128_t machine;
};

static int add_directory(struct files *files, int fd, struct wanted wanted);

static int add_subdirectory(struct files *files, int parent, const char *name, struct wanted wanted) {
  sd_id128_t id;
  if (strlen(name) != 32 || sd_id128_from_string(name, &id) < 0) return 1;
  if (!sd_id128_is_null(wanted.machine) && !sd_id128_equal(id, wanted.machine)) return 1;
  int fd = openat(parent, name, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
  wanted.is_root = false;
  return fd < 0 ? 1 : add_directory(files, fd, wanted);
}

/* Takes the descriptor over. */
static int add_directory(struct files *files, int fd, struct wanted wanted) {
  DIR *directory = fdopendir(fd);
  if (!directory) {
    close(fd);
    return 0;
  }
  int r = 1;
  for (struct dirent *entry; r > 0 && (entry = readdir(directory));) {
    if (is_wanted(entry->d_name, wanted.system_only)) r = add(files, fd, entry->d_name);
    else if (wanted.is_root) r = add_subdirectory(files, fd, entry->d_name, wanted);
  }
  closedir(directory);
  return r;
}

/* What is read of several files must be of one moment: an entry that came later may stand before one that is known. */
static int settle(struct files *files) {
  for (int attempt = 0; attempt < 10; attempt++) {
    bool grew = false;
    for (size_t i = 0; i < files->count; i++) {
      int r = file_refresh(&files->all[i]);
      if (r < 0) return 0;
      grew |= r > 0;
    }
    if (!grew) return 1;
  }
  return 0;
}

int files_open(struct files *files, const char *directory, bool users) {
  static const char *const own[] = {"/run/log/journal", "/var/log/journal"};
  const char *const *roots = *directory ? &directory : own;
  struct wanted wanted = {.system_only = !*directory && !users, .is_root = true};
  *files = (struct files){.all = calloc(MAX_FILES, sizeof *files->all), .far = calloc(1, sizeof *files->far)};
  if (!files->all || !files->far) return -ENOMEM;
  if (!*directory && sd_id128_get_machine(&wanted.machine) < 0) return 0;
  int r = 1;
  for (size_t i = 0; r > 0 && i < (*directory ? 1 : 2); i++) {
    int fd = open(roots[i], O_RDONLY | O_CLOEXEC | O_DIRECTORY);
    if (fd >= 0) r = add_directory(files, fd, wanted);
  }
  return r > 0 ? settle(files) : r;
}

void files_close(struct files *files) {
  for (size_t i = 0; i < files->count; i++) file_close(&files->all[i]);
  free(files->all);
  free(files->far);
}
