/** `YYYY-MM-DD HH:MM:SS` in local time, as fail2ban writes it. `micros` since the epoch. */
export function localTime(micros: number): string {
  const time = new Date(micros / 1_000);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${day} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')}`;
}
