/** Bus addresses (D-Bus specification, "Server Addresses"); only Unix sockets, the transport of a system bus. */

/** Where the system bus is: DBUS_SYSTEM_BUS_ADDRESS, else the well-known socket. */
export function systemBusAddress(environment: { readonly [name: string]: string | undefined }): string {
  return environment['DBUS_SYSTEM_BUS_ADDRESS'] || 'unix:path=/run/dbus/system_bus_socket';
}

function unquote(value: string): string {
  const bytes = value.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** The socket paths in an address, in the order to try them; an abstract socket's begins with a NUL. */
export function socketPaths(address: string): readonly string[] {
  return address.split(';').flatMap((one) => {
    if (!one.startsWith('unix:')) return [];
    return one
      .slice('unix:'.length)
      .split(',')
      .flatMap((pair) => {
        const [key = '', value = ''] = pair.split('=', 2);
        if (key === 'path') return [unquote(value)];
        return key === 'abstract' ? [`\0${unquote(value)}`] : [];
      });
  });
}
