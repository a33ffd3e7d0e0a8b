/* Readers of files that another machine's root may write: whoever calls them waits for a bounded time. */
#ifndef F2B_GUEST_H
#define F2B_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct guest;

/* What is to be done, with copies of what was pointed to. */
struct guest_call {
  int (*run)(struct guest_call *call);
  struct guest *guest;
  uint64_t handle;
  uint32_t flags, limit, length, size;
  const char *text;
  char *buffer;
};

/* True in the thread of a guest: what is called there is done at once. */
bool guest_is_here(void);
/* Opens a machine's folder: `handle` is what its thread has of it. -ETIME: it takes too long, as all that follows may. */
int guest_open(const char *directory, uint32_t flags, const char *names, struct guest **ret, uint64_t *handle);
/* Has it done; returns what `run` does. Of a positive result that many bytes are in the buffer, if there is one. */
int guest_run(struct guest *guest, struct guest_call call);
/* Closes it, once it can be. */
void guest_close(struct guest *guest);

#endif
