/* See parts.h. */
#include "parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int parts_want(struct parts *parts, const char *names) {
  size_t n = 0;
  for (const char *c = names; *c; c++) n += *c == '\n';
  if (n > MAX_FIELDS) return -E2BIG;
  parts->fields = calloc(n ? n : 1, sizeof *parts->fields);
  if (!parts->fields) return -ENOMEM;
  for (; *names; names = strchr(names, '\n') + 1) {
    struct field *field = &parts->fields[parts->n_fields];
    field->name_length = strcspn(names, "\n");
    field->name = strndup(names, field->name_length);
    if (!field->name) return -ENOMEM;
    parts->n_fields++;
  }
  return 0;
}

void parts_free(struct parts *parts) {
  for (size_t i = 0; i < parts->n_fields; i++) free(parts->fields[i].name);
  free(parts->fields);
}

static bool is(struct slice name, const char *text) { return memcmp(name.data, text, name.length) == 0; }

/* Names of the same length differ early or are one. */
static enum part part_named(struct slice name) {
  switch (name.length) {
    case 4:
      return is(name, "_PID") ? PART_PID : PART_NONE;
    case 5:
      return is(name, "_COMM") ? PART_COMM : PART_NONE;
    case 7:
      return is(name, "MESSAGE") ? PART_MESSAGE : is(name, "F2B_CUT") ? PART_CUT : PART_NONE;
    case 8:
      return is(name, "PRIORITY") ? PART_PRIORITY : PART_NONE;
    case 9:
      return is(name, "_HOSTNAME") ? PART_HOSTNAME : PART_NONE;
    case 10:
      if (is(name, "_STREAM_ID")) return PART_STREAM;
      return is(name, "SYSLOG_PID") ? PART_SYSLOG_PID : is(name, "SYSLOG_RAW") ? PART_RAW : PART_NONE;
    case 11:
      return is(name, "_LINE_BREAK") ? PART_LINE_BREAK : PART_NONE;
    case 12:
      return is(name, "CONTAINER_ID") ? PART_CONTAINER : PART_NONE;
    case 17:
      return is(name, "SYSLOG_IDENTIFIER") ? PART_IDENTIFIER : PART_NONE;
    case 20:
      return is(name, "CONTAINER_PARTIAL_ID") ? PART_PIECE : PART_NONE;
    case 25:
      if (is(name, "CONTAINER_PARTIAL_MESSAGE")) return PART_GOES_ON;
      return is(name, "CONTAINER_PARTIAL_ORDINAL") ? PART_ORDINAL : PART_NONE;
    case 26:
      return is(name, "_SOURCE_REALTIME_TIMESTAMP") ? PART_SOURCE : PART_NONE;
    case 27:
      return is(name, "_SOURCE_MONOTONIC_TIMESTAMP") ? PART_MONOTONIC : PART_NONE;
    default:
      return PART_NONE;
  }
}

struct use parts_use(const struct parts *parts, struct slice name) {
  struct use use = {.part = (uint8_t)part_named(name)};
  for (size_t i = 0; i < parts->n_fields && !use.wanted; i++) {
    const struct field *field = &parts->fields[i];
    if (field->name_length == name.length && memcmp(field->name, name.data, name.length) == 0)
      use.wanted = (uint8_t)(i + 1);
  }
  return use;
}

void parts_clear(struct parts *parts) {
  parts->hostname[0] = parts->identifier[0] = parts->comm[0] = parts->syslog_pid[0] = parts->pid[0] = 0;
  parts->source[0] = parts->monotonic[0] = 0;
  parts->stream[0] = parts->container[0] = parts->priority[0] = 0;
  parts->message_length = 0;
  parts->message_present = parts->is_piece = parts->is_first = false;
  parts->stripped = parts->end = 0;
  for (size_t i = 0; i < parts->n_fields; i++) {
    parts->fields[i].present = false;
    parts->fields[i].length = 0;
  }
}

/* The first of several values counts. */
static void copy(char *to, size_t room, struct slice value) {
  if (*to) return;
  size_t length = value.length < room - 1 ? value.length : room - 1;
  memcpy(to, value.data, length);
  to[length] = 0;
}

/* Several values of a field are joined. What is beyond the room is left out. */
static void append(char *to, size_t room, size_t *length, bool *present, char separator, struct slice value) {
  if (*present && *length < room) to[(*length)++] = separator;
  size_t n = value.length < room - *length ? value.length : room - *length;
  memcpy(to + *length, value.data, n);
  *length += n;
  *present = true;
}

/* What the datagram had behind the message, see server_process_syslog_message of systemd's journald-syslog.c. */
static uint32_t trailing_space(struct slice value) {
  size_t n = 0;
  while (n < value.length && memchr(" \t\n\r", value.data[value.length - n - 1], 4)) n++;
  return (uint32_t)n;
}

static bool equals(struct slice value, const char *text) {
  return value.length == strlen(text) && memcmp(value.data, text, value.length) == 0;
}

void parts_take(struct parts *parts, struct use use, struct slice value) {
  switch ((enum part)use.part) {
    case PART_NONE:
      break;
    case PART_MESSAGE:
      if (value.length + strlen("MESSAGE=") >= MAX_LINE - parts->message_length) parts->end |= END_CUT;
      append(parts->message, MAX_LINE, &parts->message_length, &parts->message_present, ' ', value);
      break;
    case PART_HOSTNAME:
      copy(parts->hostname, sizeof parts->hostname, value);
      break;
    case PART_IDENTIFIER:
      copy(parts->identifier, sizeof parts->identifier, value);
      break;
    case PART_COMM:
      copy(parts->comm, sizeof parts->comm, value);
      break;
    case PART_SYSLOG_PID:
      copy(parts->syslog_pid, sizeof parts->syslog_pid, value);
      break;
    case PART_PID:
      copy(parts->pid, sizeof parts->pid, value);
      break;
    case PART_SOURCE:
      copy(parts->source, sizeof parts->source, value);
      break;
    case PART_MONOTONIC:
      copy(parts->monotonic, sizeof parts->monotonic, value);
      break;
    case PART_RAW:
      parts->stripped = trailing_space(value);
      break;
    case PART_LINE_BREAK:
      /* As it was longer than LineMax=, for a NUL in it, or another process wrote to the stream; at its end none follows. */
      if (!equals(value, "eof")) parts->end |= END_BROKEN;
      break;
    case PART_STREAM:
      copy(parts->stream, sizeof parts->stream, value);
      break;
    case PART_CONTAINER:
      copy(parts->container, sizeof parts->container, value);
      break;
    case PART_PRIORITY:
      copy(parts->priority, sizeof parts->priority, value);
      break;
    case PART_GOES_ON:
      if (equals(value, "true")) parts->end |= END_BROKEN;
      break;
    case PART_PIECE:
      parts->is_piece = true;
      break;
    case PART_ORDINAL:
      parts->is_first = equals(value, "1");
      break;
    case PART_CUT:
      parts->end |= END_CUT;
      break;
  }
  if (use.wanted == 0) return;
  struct field *field = &parts->fields[use.wanted - 1];
  append(field->value, MAX_VALUE, &field->length, &field->present, '\n', value);
}
