/** The address of a ban that is published with this number, no two alike. */
export function publishedAddress(index: number): string {
  return `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
}
