/* See zstd.h. The declarations are those of zstd.h of libzstd 1.x, whose interface is stable. */
#include "zstd.h"

#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

struct input {
  const void *data;
  size_t size, at;
};

struct output {
  void *data;
  size_t size, at;
};

struct zstd {
  void *library, *stream;
  void *(*create)(void);
  size_t (*destroy)(void *);
  size_t (*begin)(void *);
  size_t (*decompress)(void *, struct output *, struct input *);
  unsigned (*is_error)(size_t);
  unsigned long long (*content_size)(const void *, size_t);
};

struct zstd *zstd_open(void) {
  struct zstd *zstd = calloc(1, sizeof *zstd);
  if (!zstd) return NULL;
  zstd->library = dlopen("libzstd.so.1", RTLD_NOW | RTLD_LOCAL);
  if (zstd->library) {
    *(void **)&zstd->create = dlsym(zstd->library, "ZSTD_createDStream");
    *(void **)&zstd->destroy = dlsym(zstd->library, "ZSTD_freeDStream");
    *(void **)&zstd->begin = dlsym(zstd->library, "ZSTD_initDStream");
    *(void **)&zstd->decompress = dlsym(zstd->library, "ZSTD_decompressStream");
    *(void **)&zstd->is_error = dlsym(zstd->library, "ZSTD_isError");
    *(void **)&zstd->content_size = dlsym(zstd->library, "ZSTD_getFrameContentSize");
    if (zstd->create && zstd->destroy && zstd->begin && zstd->decompress && zstd->is_error && zstd->content_size)
      zstd->stream = zstd->create();
  }
  if (zstd->stream) return zstd;
  zstd_close(zstd);
  return NULL;
}

void zstd_close(struct zstd *zstd) {
  if (!zstd) return;
  if (zstd->stream) zstd->destroy(zstd->stream);
  if (zstd->library) dlclose(zstd->library);
  free(zstd);
}

size_t zstd_head(struct zstd *zstd, const void *packed, size_t length, char *to, size_t room) {
  /* Errors are the largest numbers of the type. */
  unsigned long long size = zstd->content_size(packed, length);
  if (size == 0 || size > 1ull << 40 || zstd->is_error(zstd->begin(zstd->stream))) return 0;
  size_t wanted = size < room ? (size_t)size : room;
  struct input input = {packed, length, 0};
  struct output output = {to, wanted, 0};
  while (output.at < wanted) {
    size_t before = output.at + input.at;
    if (zstd->is_error(zstd->decompress(zstd->stream, &output, &input)) || output.at + input.at == before) return 0;
  }
  return wanted;
}
