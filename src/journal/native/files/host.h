/* The files that systemd-journal-remote(8) keeps of one host: those of others lie in the same folder. */
#ifndef F2B_JOURNAL_HOST_H
#define F2B_JOURNAL_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of one host so many are read. */
#define MAX_HOST_FILES 256u

/* True of the file that is appended to. */
bool host_writes_to(const char *host, const char *name);
/* Which files there are, as a number: another one when files came, went or were renamed. */
uint64_t host_fingerprint(const char *directory, const char *host);
/* Their paths, ended by NULL, or NULL when there is no memory; for host_free_paths. */
char **host_paths(const char *directory, const char *host);
void host_free_paths(char **paths);

#endif
