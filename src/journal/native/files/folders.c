/* See folders.h. Folders are told apart by device and inode: whatever was done to them, that is asked anew each time. */
#define _GNU_SOURCE
#include "folders.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host.h"

#define MAX_ROOTS 2
#define PATH_SIZE 4096
#define ID_LENGTH 32

/* What can be told of a folder without opening it. */
struct folder {
  bool is_readable;
  dev_t device;
  ino_t inode;
  struct timespec changed;
};

/* A folder, and in it the one of this machine. */
struct root {
  struct folder folder, machine;
};

struct folders {
  char directory[PATH_SIZE];
  /* The directory itself is the one of a machine. */
  bool is_machine;
  char namespace[256];
  /* Its files alone make up the journal; empty: all of them. */
  char host[256];
  uint64_t files_of_host;
  struct root first[MAX_ROOTS];
  int inotify;
  /* What is watched for each root: itself, or the nearest folder above that exists. */
  int watches[MAX_ROOTS];
};

/* Where journald keeps volatile and persistent journals, systemd-journald.service(8). */
static const char *const own[MAX_ROOTS] = {"/run/log/journal", "/var/log/journal"};

static const char *root_path(const struct folders *folders, size_t i) {
  if (!*folders->directory) return own[i];
  return i == 0 ? folders->directory : NULL;
}

static struct folder folder_at(const char *path) {
  struct folder folder = {0};
  struct stat st;
  if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode)) return folder;
  folder.device = st.st_dev;
  folder.inode = st.st_ino;
  folder.changed = st.st_mtim;
  folder.is_readable = faccessat(AT_FDCWD, path, R_OK | X_OK, AT_EACCESS) == 0;
  return folder;
}

/* Read anew each time: libsystemd remembers what it was when the thread first asked. Empty when there is none. */
static void read_machine_id(char id[ID_LENGTH + 1]) {
  int fd = open("/etc/machine-id", O_RDONLY | O_CLOEXEC);
  ssize_t n = fd < 0 ? -1 : read(fd, id, ID_LENGTH);
  if (fd >= 0) close(fd);
  id[n == ID_LENGTH ? n : 0] = 0;
}

/* Empty when the machine has no id. */
static void machine_path(const struct folders *folders, const char *root, char path[FOLDER_PATH_SIZE]) {
  char machine[ID_LENGTH + 1];
  read_machine_id(machine);
  path[0] = 0;
  if (!*machine) return;
  snprintf(path, FOLDER_PATH_SIZE, "%s/%s%s%s", root, machine, *folders->namespace ? "." : "", folders->namespace);
}

static struct root root_at(const struct folders *folders, const char *path) {
  char name[FOLDER_PATH_SIZE];
  machine_path(folders, path, name);
  return (struct root){.folder = folder_at(path), .machine = folder_at(name)};
}

bool folders_of_machine(const struct folders *folders, size_t i, char path[FOLDER_PATH_SIZE]) {
  const char *root = i < MAX_ROOTS ? root_path(folders, i) : NULL;
  if (root && folders->is_machine) snprintf(path, FOLDER_PATH_SIZE, "%s", root);
  else if (root) machine_path(folders, root, path);
  return root != NULL;
}

/* Watches the root, or what is above it and tells when it is made. */
static void watch_root(struct folders *folders, size_t i) {
  /* Of files that libsystemd was given, it watches no folder. */
  const uint32_t mask = IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM | IN_ATTRIB | IN_DELETE_SELF |
                        IN_MOVE_SELF | IN_ONLYDIR | (*folders->host ? IN_MODIFY : 0);
  char path[PATH_SIZE];
  if (folders->inotify < 0) return;
  snprintf(path, sizeof path, "%s", root_path(folders, i));
  int watch;
  while ((watch = inotify_add_watch(folders->inotify, path, mask)) < 0 && (errno == ENOENT || errno == ENOTDIR)) {
    char *slash = strrchr(path, '/');
    if (!slash || slash == path) break;
    *slash = 0;
  }
  int before = folders->watches[i];
  folders->watches[i] = watch;
  bool is_shared = false;
  for (size_t k = 0; k < MAX_ROOTS; k++) is_shared = is_shared || folders->watches[k] == before;
  if (before >= 0 && !is_shared) inotify_rm_watch(folders->inotify, before);
}

static void watch_all(struct folders *folders) {
  for (size_t i = 0; i < MAX_ROOTS; i++)
    if (root_path(folders, i)) watch_root(folders, i);
}

/* journald gives the names of those that it no longer writes to an @ or a ~. */
bool folders_write_to(const struct folders *folders, const char *name, bool users) {
  if (*folders->host) return host_writes_to(folders->host, name);
  if (strcmp(name, "system.journal") == 0) return true;
  size_t length = strlen(name);
  return users && length > 8 && strncmp(name, "user-", 5) == 0 && !strchr(name, '@') &&
         strcmp(name + length - 8, ".journal") == 0;
}

int folders_open(const char *directory, bool is_machine, const char *namespace, const char *host, struct folders **ret) {
  struct folders *folders = calloc(1, sizeof *folders);
  if (!folders) return -ENOMEM;
  snprintf(folders->directory, sizeof folders->directory, "%s", directory);
  folders->is_machine = is_machine;
  snprintf(folders->namespace, sizeof folders->namespace, "%s", namespace);
  snprintf(folders->host, sizeof folders->host, "%s", host);
  folders->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (folders->inotify < 0) folders->inotify = -errno;
  for (size_t i = 0; i < MAX_ROOTS; i++) folders->watches[i] = -1;
  watch_all(folders);
  for (size_t i = 0; i < MAX_ROOTS; i++)
    if (root_path(folders, i)) folders->first[i] = root_at(folders, root_path(folders, i));
  if (*host) folders->files_of_host = host_fingerprint(directory, host);
  *ret = folders;
  return 0;
}

void folders_close(struct folders *folders) {
  if (!folders) return;
  if (folders->inotify >= 0) close(folders->inotify);
  free(folders);
}

int folders_fd(const struct folders *folders) { return folders->inotify; }

unsigned folders_readable(const struct folders *folders) {
  unsigned n = 0;
  for (size_t i = 0; i < MAX_ROOTS; i++)
    n += folders->first[i].folder.is_readable + folders->first[i].machine.is_readable;
  return n;
}

/* Whether one of them tells of more than that a file was written to. */
static bool tell_of_files(const char *events, size_t size) {
  for (size_t at = 0; at < size;) {
    const struct inotify_event *event = (const void *)(events + at);
    if (event->mask & ~(uint32_t)IN_MODIFY) return true;
    at += sizeof *event + event->len;
  }
  return false;
}

enum folders_events folders_take_events(struct folders *folders) {
  char events[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
  enum folders_events told = FOLDERS_QUIET;
  ssize_t n;
  if (folders->inotify < 0) return FOLDERS_QUIET;
  while ((n = read(folders->inotify, events, sizeof events)) > 0) {
    if (tell_of_files(events, (size_t)n)) told = FOLDERS_CHANGED;
    else if (told == FOLDERS_QUIET) told = FOLDERS_WRITTEN_TO;
  }
  if (told == FOLDERS_CHANGED) watch_all(folders);
  return told;
}

static bool is_same(const struct folder *a, const struct folder *b, bool files) {
  return a->device == b->device && a->inode == b->inode && a->is_readable == b->is_readable &&
         (!files || (a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec));
}

bool folders_moved(struct folders *folders, bool files) {
  if (*folders->host && host_fingerprint(folders->directory, folders->host) != folders->files_of_host) return true;
  for (size_t i = 0; i < MAX_ROOTS; i++) {
    const char *path = root_path(folders, i);
    if (!path) continue;
    struct root now = root_at(folders, path);
    const struct root *first = &folders->first[i];
    if (!is_same(&now.folder, &first->folder, files) || !is_same(&now.machine, &first->machine, files)) return true;
  }
  return false;
}
