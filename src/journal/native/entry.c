/*
 * One journal entry as one record: the line that filters match, its times, and the wanted fields.
 * Whatever the entry holds, the record is at most MIN_BUFFER long and its numbers are valid.
 *
 * The record, host byte order, 8-byte aligned:
 *   u32 size        of the whole record
 *   u32 ascii       1 when the whole line is ASCII
 *   f64 receivedAt  __REALTIME_TIMESTAMP, µs
 *   f64 at          _SOURCE_REALTIME_TIMESTAMP, else receivedAt, µs
 *   u32 line length, u32 cursor length, u32 number of fields
 *   u32 end         bytes of white space that journald took off the message; or ODD_END and what is odd about its ends
 *   u32 stream      what the pieces of one line have in common, see stream_of; 0 when it was not broken by anybody
 *   u32 message     where in the line the message begins
 *   (u32 index into the wanted fields, u32 length) for each field
 *   line and a newline, cursor, values
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "f2b-journal.h"

struct header {
  uint32_t size;
  uint32_t ascii;
  double received_at;
  double at;
  uint32_t line_length;
  uint32_t cursor_length;
  uint32_t n_fields;
  uint32_t end;
  uint32_t stream;
  uint32_t message;
};

/* No message has so much white space. */
#define ODD_END 0x80000000u

/* One walk over all fields beats sd_journal_get_data for two or more: each call of that walks anew. */
int entry_gather(sd_journal *journal, struct parts *parts) {
  const void *data;
  size_t size;
  parts_clear(parts);
  int r = sd_journal_get_realtime_usec(journal, &parts->received_at);
  if (r < 0) return r;
  if (sd_journal_get_monotonic_usec(journal, &parts->booted, &(sd_id128_t){0}) < 0) parts->booted = 0;
  sd_journal_restart_data(journal);
  while (sd_journal_enumerate_available_data(journal, &data, &size) > 0) {
    const char *equals = memchr(data, '=', size);
    if (!equals) continue;
    struct slice name = {data, (size_t)(equals - (const char *)data)};
    struct use use = parts_use(parts, name);
    if (use.part || use.wanted) parts_take(parts, use, (struct slice){equals + 1, size - name.length - 1});
  }
  return 1;
}

/* All bytes or-ed together: below 0x80 when the text is ASCII. */
static unsigned char all_bits(const char *text, size_t length) {
  uint64_t bits = 0, word;
  size_t i = 0;
  for (; i + sizeof word <= length; i += sizeof word) {
    memcpy(&word, text + i, sizeof word);
    bits |= word;
  }
  unsigned char seen = bits & 0x8080808080808080u ? 0x80 : 0;
  for (; i < length; i++) seen |= (unsigned char)text[i];
  return seen;
}

/* Appends text to the line; a newline becomes the two characters \n, as fail2ban shows it to its filters. */
static char *put(char *to, const char *end, const char *text, size_t length, unsigned char *seen) {
  if (!memchr(text, '\n', length)) {
    if (length > (size_t)(end - to)) length = (size_t)(end - to);
    memcpy(to, text, length);
    *seen |= all_bits(text, length);
    return to + length;
  }
  *seen |= all_bits(text, length);
  for (size_t i = 0; i < length && end - to >= 2; i++) {
    if (text[i] == '\n') *to++ = '\\';
    *to++ = text[i] == '\n' ? 'n' : text[i];
  }
  return to;
}

/* What podman's conmon brings of a container has the newline that ends the line (src/ctr_logging.c). */
static size_t message_length(const struct parts *parts) {
  size_t length = parts->message_length;
  return *parts->container && length > 0 && parts->message[length - 1] == '\n' ? length - 1 : length;
}

/* `HOST IDENT[PID]: MESSAGE`; kernel messages carry the monotonic time in seconds as dmesg shows it. */
static void write_line(const struct parts *parts, char *line, struct header *header) {
  const char *end = line + MAX_LINE;
  char *to = line;
  unsigned char seen = 0;
  const char *identifier = *parts->identifier ? parts->identifier : parts->comm;
  const char *pid = *parts->syslog_pid ? parts->syslog_pid : parts->pid;
  if (*parts->hostname) {
    to = put(to, end, parts->hostname, strlen(parts->hostname), &seen);
    *to++ = ' ';
  }
  if (*identifier) {
    to = put(to, end, identifier, strlen(identifier), &seen);
    if (*pid) {
      *to++ = '[';
      to = put(to, end, pid, strlen(pid), &seen);
      *to++ = ']';
    }
    *to++ = ':';
    *to++ = ' ';
    if (strcmp(identifier, "kernel") == 0 && !*pid) {
      uint64_t usec = *parts->monotonic ? strtoull(parts->monotonic, NULL, 10) : parts->booted;
      to += sprintf(to, "[%12.6f] ", (double)usec / 1e6);
    }
  }
  header->message = (uint32_t)(to - line);
  to = put(to, end, parts->message, message_length(parts), &seen);
  header->ascii = seen < 0x80;
  header->line_length = (uint32_t)(to - line);
}

/* FNV-1a, with what was hashed before. */
static uint32_t hash(uint32_t before, const char *text) {
  for (; *text; text++) before = (before ^ (unsigned char)*text) * 16777619u;
  return (before ^ '\n') * 16777619u;
}

/*
 * Whoever breaks lines, journald or the runtime of a container, does so for each stream by itself. journald goes by the
 * process too. dockerd marks all pieces but the last with one field, and each with two more (daemon/logger/journald of
 * moby); podman's conmon marks all but the last with the first (src/ctr_logging.c). Both tell streams apart by the level.
 */
static uint32_t stream_of(const struct parts *parts) {
  if (!*parts->stream && !*parts->container) return 0;
  uint32_t sum = hash(2166136261u, *parts->stream ? parts->stream : parts->container);
  if (!*parts->stream) sum = hash(sum, parts->priority);
  sum = hash(sum, parts->pid);
  return sum ? sum : 1;
}

static uint32_t end_of(const struct parts *parts, uint32_t line_length) {
  uint32_t end = parts->end;
  if (parts->is_piece && !parts->is_first) end |= END_REST;
  if (line_length + 1 >= MAX_LINE) end |= END_CUT;
  return end ? ODD_END | end : parts->stripped;
}

/* Decimal µs; 0 for anything else or beyond what a double counts exactly. */
static double source_time(const struct parts *parts) {
  char *end;
  if (*parts->source < '0' || *parts->source > '9') return 0;
  unsigned long long usec = strtoull(parts->source, &end, 10);
  return *end || usec > (1ull << 53) ? 0 : (double)usec;
}

int entry_write(const struct parts *parts, const char *cursor, char *buffer, size_t size) {
  size_t values = 0;
  struct header header = {.cursor_length = (uint32_t)strlen(cursor)};
  for (size_t i = 0; i < parts->n_fields; i++) {
    header.n_fields += parts->fields[i].present;
    values += parts->fields[i].length;
  }
  size_t table = sizeof header + header.n_fields * 8;
  /* The longest line takes twice its message when all of it is newlines. */
  size_t most = table + values + header.cursor_length + 2 * parts->message_length + 2048;
  if (most > size && size < MIN_BUFFER) return 0;
  header.received_at = (double)parts->received_at;
  header.at = source_time(parts);
  if (header.at == 0) header.at = header.received_at;
  write_line(parts, buffer + table, &header);
  header.end = end_of(parts, header.line_length);
  header.stream = stream_of(parts);
  char *to = buffer + table + header.line_length;
  *to++ = '\n';
  memcpy(to, cursor, header.cursor_length);
  to += header.cursor_length;
  uint32_t *entry = (uint32_t *)(buffer + sizeof header);
  for (size_t i = 0; i < parts->n_fields; i++) {
    const struct field *field = &parts->fields[i];
    if (!field->present) continue;
    *entry++ = (uint32_t)i;
    *entry++ = (uint32_t)field->length;
    memcpy(to, field->value, field->length);
    to += field->length;
  }
  header.size = (uint32_t)((size_t)(to - buffer + 7) & ~(size_t)7);
  memcpy(buffer, &header, sizeof header);
  return (int)header.size;
}

void record_cursor(const char *records, size_t size, char cursor[CURSOR_SIZE]) {
  const char *record = records, *end = records + size;
  struct header header;
  for (;;) {
    memcpy(&header, record, sizeof header);
    if (record + header.size >= end) break;
    record += header.size;
  }
  memcpy(cursor, record + sizeof header + header.n_fields * 8 + header.line_length + 1, header.cursor_length);
  cursor[header.cursor_length] = 0;
}
