/** A string as JSON has it, without its quotes. */
export function escapeJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
