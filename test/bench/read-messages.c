/*
 * The least that reading a journal takes: each entry of a directory, each MESSAGE, nothing made of it.
 * Prints how many there were. usage: read-messages DIRECTORY
 */
#include <stdio.h>
#include <stdlib.h>
#include <systemd/sd-journal.h>

int main(int argc, char **argv) {
  sd_journal *journal;
  const void *data;
  size_t length, entries = 0;
  if (argc != 2 || sd_journal_open_directory(&journal, argv[1], 0) < 0) return EXIT_FAILURE;
  while (sd_journal_next(journal) > 0) {
    if (sd_journal_get_data(journal, "MESSAGE", &data, &length) >= 0) entries++;
  }
  printf("%zu\n", entries);
  sd_journal_close(journal);
  return EXIT_SUCCESS;
}
