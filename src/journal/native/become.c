/*
 * Gives the user's rights up for another's, for good. Node.js refuses to where its libuv can use io_uring, as Debian's
 * can (CVE-2024-22017): what was submitted before would go on with the old rights. f2b never switches io_uring on.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include "f2b-journal.h"

/* `gid` -1: the primary group of the user. `also` is one more group, passed over when there is none of the name. */
EXPORT int f2b_become(uint32_t uid, uint32_t gid, const char *also) {
  if (gid == UINT32_MAX) {
    struct passwd *user = getpwuid(uid);
    if (!user) return -ENOENT;
    gid = user->pw_gid;
  }
  struct group *other = *also ? getgrnam(also) : NULL;
  gid_t groups[] = {gid, other ? other->gr_gid : gid};
  /* The order matters: without root's rights the groups can no longer be changed. */
  if (setgroups(2, groups) < 0 || setresgid(gid, gid, gid) < 0 || setresuid(uid, uid, uid) < 0) return -errno;
  return 0;
}
