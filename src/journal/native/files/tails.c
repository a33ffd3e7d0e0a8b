/* See tails.h. The first page of each file is mapped: a number is then read whole, while journald writes it. */
#include "tails.h"

#include <dirent.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* More are not looked at: their entries are read more slowly. */
#define MAX_TAILS 256u

struct tail {
  const struct file_header *header;
  sd_id128_t seqnum_id;
  uint64_t seqnum;
};

struct tails {
  const struct folders *folders;
  bool users;
  /* Held by whoever uses what follows. */
  pthread_mutex_t lock;
  bool are_known;
  size_t count;
  struct tail all[MAX_TAILS];
  /* The latest entry that is known of otherwise. */
  struct place extent;
};

int tails_open(const struct folders *folders, bool users, struct tails **ret) {
  struct tails *tails = calloc(1, sizeof *tails);
  if (!tails) return -ENOMEM;
  tails->folders = folders;
  tails->users = users;
  pthread_mutex_init(&tails->lock, NULL);
  *ret = tails;
  return 0;
}

void tails_forget(struct tails *tails) {
  pthread_mutex_lock(&tails->lock);
  for (size_t i = 0; i < tails->count; i++) munmap((void *)tails->all[i].header, sizeof(struct file_header));
  tails->count = 0;
  tails->are_known = false;
  pthread_mutex_unlock(&tails->lock);
}

void tails_close(struct tails *tails) {
  if (!tails) return;
  tails_forget(tails);
  pthread_mutex_destroy(&tails->lock);
  free(tails);
}

static void add(struct tails *tails, int folder, const char *name) {
  struct stat stat;
  if (tails->count == MAX_TAILS) return;
  int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return;
  bool is_file = fstat(fd, &stat) >= 0 && S_ISREG(stat.st_mode) && stat.st_size >= (off_t)sizeof(struct file_header);
  void *header = is_file ? mmap(NULL, sizeof(struct file_header), PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
  close(fd);
  if (header != MAP_FAILED) tails->all[tails->count++].header = header;
}

static void find_all(struct tails *tails) {
  char path[FOLDER_PATH_SIZE];
  for (size_t i = 0; folders_of_machine(tails->folders, i, path); i++) {
    DIR *folder = opendir(path);
    if (!folder) continue;
    for (struct dirent *entry; (entry = readdir(folder));)
      if (folders_write_to(tails->folders, entry->d_name, tails->users)) add(tails, dirfd(folder), entry->d_name);
    closedir(folder);
  }
  tails->are_known = true;
}

uint64_t tails_count(struct tails *tails) {
  uint64_t count = 0;
  pthread_mutex_lock(&tails->lock);
  if (!tails->are_known) find_all(tails);
  for (size_t i = 0; i < tails->count; i++)
    count += le64toh(__atomic_load_n(&tails->all[i].header->n_entries, __ATOMIC_SEQ_CST));
  pthread_mutex_unlock(&tails->lock);
  return count;
}

void tails_read(struct tails *tails) {
  pthread_mutex_lock(&tails->lock);
  if (!tails->are_known) find_all(tails);
  for (size_t i = 0; i < tails->count; i++) {
    struct tail *tail = &tails->all[i];
    tail->seqnum_id = tail->header->seqnum_id;
    tail->seqnum = le64toh(__atomic_load_n(&tail->header->tail_entry_seqnum, __ATOMIC_SEQ_CST));
  }
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  pthread_mutex_unlock(&tails->lock);
}

void tails_extend(struct tails *tails, const struct place *entry) { tails->extent = *entry; }

bool tails_cover(const struct tails *tails, const struct place *entry) {
  for (size_t i = 0; i < tails->count; i++)
    if (tails->all[i].seqnum >= entry->seqnum && sd_id128_equal(tails->all[i].seqnum_id, entry->seqnum_id)) return true;
  return place_compare(entry, &tails->extent) <= 0;
}
