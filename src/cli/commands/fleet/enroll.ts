/** `f2bctl fleet enroll`, `revoke` and `server-config`: who may take part. */

import { isMemberName } from '../../../core/names.js';
import { formatProblem } from '../../../core/problem.js';
import { F2bError } from '../../../errors.js';
import { type Enrolled, enrolledLine, parseEnrolled, withoutHost } from '../../../nats/enrolled.js';
import { type ClusterOptions, serverConfig } from '../../../nats/server-config.js';
import { type AddCommand, configDirectoryOption } from '../../command.js';
import type { Dependencies } from '../../dependencies.js';

interface EnrollOptions {
  readonly administrator?: boolean;
  readonly configDirectory: string;
}

/** `f2bctl fleet enroll HOST [--administrator] [--config-directory DIR]` */
export const addFleetEnroll: AddCommand = (fleet, dependencies) => {
  fleet
    .command('enroll')
    .description('make a key for this host; prints the line for the list of server-config')
    .argument('<host>', 'its name in the fleet, as Name= has it')
    .option('--administrator', 'it may order bans everywhere, and withdraw those of others')
    .addOption(configDirectoryOption())
    .action(async (host: string, { administrator: isAdministrator = false, configDirectory }: EnrollOptions) => {
      requireHost(host);
      const path = `${configDirectory}/fleet.nkey`;
      if (dependencies.configuration.read(path) !== undefined) {
        const hint = `it is in use; to make another one, remove ${path} first`;
        throw new F2bError('USAGE', 'this host has a key', { hint });
      }
      const { seed, key } = await dependencies.createHostKey();
      dependencies.configuration.writeSecret(path, `${seed}\n`);
      dependencies.output.write(`${enrolledLine({ host, key, isAdministrator })}\n`);
    });
};

/** `f2bctl fleet revoke HOST FILE` */
export const addFleetRevoke: AddCommand = (fleet, dependencies) => {
  fleet
    .command('revoke')
    .description('take a host out of the list, and back everywhere what it has published')
    .argument('<host>', 'its name in the fleet')
    .argument('<file>', 'the list that server-config is made of')
    .action(async (host: string, file: string) => {
      const { configuration, output } = dependencies;
      const rest = withoutHost(configuration.read(file) ?? '', host);
      if (rest === undefined) throw new F2bError('USAGE', `${file} does not list ${JSON.stringify(host)}`);
      await dependencies.fleet().withdraw(host);
      configuration.write(file, rest);
      output.write(`${host} is out of ${file}. On each server:\n`);
      output.write(`  f2bctl fleet server-config ${file} >/etc/nats-server.conf && systemctl reload nats-server\n`);
      output.write(`Then take back what it published meanwhile: f2bctl fleet withdraw ${host}\n`);
    });
};

interface ServerOptions {
  readonly listen: string;
  readonly storeDirectory: string;
  readonly certificate: string;
  readonly key: string;
  readonly name?: string;
  readonly route?: readonly string[];
  readonly clusterListen: string;
  readonly authority: string;
}

/**
 * `f2bctl fleet server-config FILE [--listen PLACE] [--store-directory DIR] [--certificate FILE] [--key FILE]
 * [--name NAME --route PLACE... [--cluster-listen PLACE] [--authority FILE]]`
 */
export const addFleetServerConfig: AddCommand = (fleet, dependencies) => {
  fleet
    .command('server-config')
    .description('print the configuration of nats-server for a list of hosts')
    .argument('<file>', 'a line for each host, as enroll prints it; - for standard input')
    .option('--listen <place>', 'address and port; without encryption on this machine’s own alone', '0.0.0.0:4222')
    .option('--store-directory <dir>', 'where the server keeps the stream', '/var/lib/nats')
    .option('--certificate <file>', 'of the server', '/etc/nats/server.pem')
    .option('--key <file>', 'of the certificate', '/etc/nats/server.key')
    .option('--name <name>', 'of this server, when there are several')
    .option('--route <place...>', 'address and port where the others listen for each other')
    .option('--cluster-listen <place>', 'where this one listens for them', '0.0.0.0:6222')
    .option('--authority <file>', 'that signed the certificates of all of them', '/etc/nats/ca.pem')
    .action((file: string, options: ServerOptions) => {
      const { listen, storeDirectory, certificate, key } = options;
      const isLocal = /^(?:127\.0\.0\.1|\[::1\]|localhost):\d+$/.test(listen);
      const tls = isLocal ? undefined : { certificate, key };
      const cluster = clusterOf(options);
      dependencies.output.write(serverConfig(enrolledIn(file, dependencies), { listen, storeDirectory, tls, cluster }));
    });
};

/** Undefined for a server that is the only one. Throws USAGE. */
function clusterOf({ name, route, clusterListen: listen, authority }: ServerOptions): ClusterOptions | undefined {
  if (name === undefined && route === undefined) return undefined;
  if (name !== undefined && route !== undefined && isMemberName(name))
    return { name, listen, routes: route, authority };
  throw new F2bError('USAGE', 'a server among several has a name, and routes to the others', {
    hint: 'write --name nats1 --route nats2.example.org:6222 --route nats3.example.org:6222',
  });
}

function enrolledIn(file: string, { lines }: Dependencies): readonly Enrolled[] {
  const { value, problems } = parseEnrolled(file, lines(file));
  if (value !== undefined) return value;
  const hint = 'mend the lines named above, then run it again';
  throw new F2bError('CONFIG_INVALID', problems.map(formatProblem).join('\n'), { hint });
}

function requireHost(host: string): void {
  if (isMemberName(host)) return;
  throw new F2bError('USAGE', `${JSON.stringify(host)} is not the name of a host`, {
    hint: 'write small letters, digits, dots and hyphens, at most 63',
  });
}
