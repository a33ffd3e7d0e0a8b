/*
 * One journal entry as one record: the line that filters match, its times, and the wanted fields.
 * Whatever the entry holds, the record is at most MIN_BUFFER long and its numbers are valid.
 *
 * The record, host byte order, 8-byte aligned:
 *   u32 size        of the whole record
 *   u32 ascii       1 when the whole line is ASCII
 *   f64 receivedAt  __REALTIME_TIMESTAMP, µs
 *   f64 at          _SOURCE_REALTIME_TIMESTAMP, else receivedAt, µs
 *   u32 line length, u32 cursor length, u32 number of fields, u32 zero
 *   (u32 index into the wanted fields, u32 length) for each field
 *   line and a newline, cursor, values
 */
#include <errno.h>
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
  uint32_t zero;
};

struct slice {
  const char *data;
  size_t length;
};

static void copy(char *to, size_t room, struct slice value) {
  if (*to) return;
  size_t length = value.length < room - 1 ? value.length : room - 1;
  memcpy(to, value.data, length);
  to[length] = 0;
}

/* Several values of a field are joined. */
static void append(char *to, size_t room, size_t *length, bool *present, char separator, struct slice value) {
  if (*present && *length < room) to[(*length)++] = separator;
  size_t n = value.length < room - *length ? value.length : room - *length;
  memcpy(to + *length, value.data, n);
  *length += n;
  *present = true;
}

#define IS(literal) (name.length == sizeof(literal) - 1 && memcmp(name.data, literal, sizeof(literal) - 1) == 0)

static void gather_line_part(struct parts *parts, struct slice name, struct slice value) {
  switch (name.length) {
    case 4:
      if (IS("_PID")) copy(parts->pid, sizeof parts->pid, value);
      return;
    case 5:
      if (IS("_COMM")) copy(parts->comm, sizeof parts->comm, value);
      return;
    case 7:
      if (IS("MESSAGE"))
        append(parts->message, MAX_LINE, &parts->message_length, &parts->message_present, ' ', value);
      return;
    case 9:
      if (IS("_HOSTNAME")) copy(parts->hostname, sizeof parts->hostname, value);
      return;
    case 10:
      if (IS("SYSLOG_PID")) copy(parts->syslog_pid, sizeof parts->syslog_pid, value);
      return;
    case 17:
      if (IS("SYSLOG_IDENTIFIER")) copy(parts->identifier, sizeof parts->identifier, value);
      return;
    case 26:
      if (IS("_SOURCE_REALTIME_TIMESTAMP")) copy(parts->source, sizeof parts->source, value);
      return;
    case 27:
      if (IS("_SOURCE_MONOTONIC_TIMESTAMP")) copy(parts->monotonic, sizeof parts->monotonic, value);
      return;
  }
}

static void gather(struct reader *reader) {
  struct parts *parts = &reader->parts;
  const void *data;
  size_t size;
  parts->hostname[0] = parts->identifier[0] = parts->comm[0] = parts->syslog_pid[0] = parts->pid[0] = 0;
  parts->source[0] = parts->monotonic[0] = 0;
  parts->message_length = 0;
  parts->message_present = false;
  for (size_t i = 0; i < reader->n_fields; i++) {
    reader->fields[i].present = false;
    reader->fields[i].length = 0;
  }
  /* One walk over all fields beats sd_journal_get_data for two or more: each call of that walks anew. */
  sd_journal_restart_data(reader->journal);
  while (sd_journal_enumerate_available_data(reader->journal, &data, &size) > 0) {
    const char *equals = memchr(data, '=', size);
    if (!equals) continue;
    struct slice name = {data, (size_t)(equals - (const char *)data)};
    struct slice value = {equals + 1, size - name.length - 1};
    gather_line_part(parts, name, value);
    for (size_t i = 0; i < reader->n_fields; i++) {
      struct field *field = &reader->fields[i];
      if (field->name_length == name.length && memcmp(field->name, name.data, name.length) == 0)
        append(field->value, MAX_VALUE, &field->length, &field->present, '\n', value);
    }
  }
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

/* `HOST IDENT[PID]: MESSAGE`; kernel messages carry the monotonic time in seconds as dmesg shows it. */
static size_t write_line(struct reader *reader, char *line, bool *ascii) {
  struct parts *parts = &reader->parts;
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
      uint64_t usec = strtoull(parts->monotonic, NULL, 10);
      if (!*parts->monotonic) sd_journal_get_monotonic_usec(reader->journal, &usec, &(sd_id128_t){0});
      to += sprintf(to, "[%12.6f] ", (double)usec / 1e6);
    }
  }
  to = put(to, end, parts->message, parts->message_length, &seen);
  *ascii = seen < 0x80;
  return (size_t)(to - line);
}

/* Decimal µs; 0 for anything else or beyond what a double counts exactly. */
static double source_time(const struct parts *parts) {
  char *end;
  if (*parts->source < '0' || *parts->source > '9') return 0;
  unsigned long long usec = strtoull(parts->source, &end, 10);
  return *end || usec > (1ull << 53) ? 0 : (double)usec;
}

int entry_write(struct reader *reader, uint32_t flags, char *buffer, size_t size) {
  char *cursor = NULL;
  uint64_t received_at = 0;
  gather(reader);
  size_t values = 0;
  struct header header = {0};
  for (size_t i = 0; i < reader->n_fields; i++) {
    header.n_fields += reader->fields[i].present;
    values += reader->fields[i].length;
  }
  if (flags & DRAIN_CURSORS) {
    int r = sd_journal_get_cursor(reader->journal, &cursor);
    if (r < 0) return r;
    header.cursor_length = (uint32_t)strlen(cursor);
  }
  size_t table = sizeof header + header.n_fields * 8;
  /* The longest line takes twice its message when all of it is newlines. */
  size_t most = table + values + header.cursor_length + 2 * reader->parts.message_length + 2048;
  if (most > size && size < MIN_BUFFER) {
    free(cursor);
    return 0;
  }
  sd_journal_get_realtime_usec(reader->journal, &received_at);
  header.received_at = (double)received_at;
  header.at = source_time(&reader->parts);
  if (header.at == 0) header.at = header.received_at;
  bool ascii;
  header.line_length = (uint32_t)write_line(reader, buffer + table, &ascii);
  header.ascii = ascii;
  char *to = buffer + table + header.line_length;
  *to++ = '\n';
  if (cursor) memcpy(to, cursor, header.cursor_length);
  to += header.cursor_length;
  free(cursor);
  uint32_t *entry = (uint32_t *)(buffer + sizeof header);
  for (size_t i = 0; i < reader->n_fields; i++) {
    struct field *field = &reader->fields[i];
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
