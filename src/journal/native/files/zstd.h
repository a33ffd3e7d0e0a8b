/* The beginning of what journald compressed. libsystemd's own library does it, when the system has it. */
#ifndef F2B_JOURNAL_ZSTD_H
#define F2B_JOURNAL_ZSTD_H

#include <stddef.h>

struct zstd;

/* Returns NULL when there is no such library. */
struct zstd *zstd_open(void);
void zstd_close(struct zstd *zstd);
/* Writes up to `room` bytes; returns how many, 0 when that is not to be had. */
size_t zstd_head(struct zstd *zstd, const void *packed, size_t length, char *to, size_t room);

#endif
