import { ServiceRange, ServiceSet } from '../algebra';
import { fail } from '../support/errors';

/**
 * What is spoken on a connection: a protocol with its ports, or several of them under one name.
 *
 *     Service.HTTPS
 *     Service.tcp(8443)
 *     Service.udpRange(10_000, 20_000)
 *     Service.of('directory', Service.tcp(389), Service.udp(389))
 */
export class Service {
  /** HTTP over TLS, tcp/443. */
  public static readonly HTTPS = Service.tcpNamed('https', 443);
  /** Hypertext, tcp/80. */
  public static readonly HTTP = Service.tcpNamed('http', 80);
  /** Secure Shell, tcp/22. */
  public static readonly SSH = Service.tcpNamed('ssh', 22);
  /** Remote Desktop, tcp/3389 and udp/3389. */
  public static readonly RDP = Service.of('rdp', Service.tcp(3389), Service.udp(3389));
  /** Windows Remote Management over HTTP and HTTPS, tcp/5985-5986. */
  public static readonly WINRM = Service.of('winrm', Service.tcpRange(5985, 5986));
  /** Windows file sharing, tcp/445. */
  public static readonly SMB = Service.tcpNamed('smb', 445);
  /** Network File System version 4, tcp/2049. Also Amazon EFS. */
  public static readonly NFS = Service.tcpNamed('nfs', 2049);
  /** Domain names, udp/53 and tcp/53. */
  public static readonly DNS = Service.of('dns', Service.udp(53), Service.tcp(53));
  /** Network time, udp/123. */
  public static readonly NTP = Service.of('ntp', Service.udp(123));
  /** Kerberos, tcp/88 and udp/88. */
  public static readonly KERBEROS = Service.of('kerberos', Service.tcp(88), Service.udp(88));
  /** Directory access, tcp/389 and udp/389. */
  public static readonly LDAP = Service.of('ldap', Service.tcp(389), Service.udp(389));
  /** Directory access over TLS, tcp/636. */
  public static readonly LDAPS = Service.tcpNamed('ldaps', 636);
  /** Mail submission, tcp/587. */
  public static readonly SMTP_SUBMISSION = Service.tcpNamed('smtp-submission', 587);
  /** System logs, udp/514 and, over TLS, tcp/6514. */
  public static readonly SYSLOG = Service.of('syslog', Service.udp(514), Service.tcp(6514));
  /** PostgreSQL, tcp/5432. */
  public static readonly POSTGRES = Service.tcpNamed('postgres', 5432);
  /** MySQL and MariaDB, tcp/3306. */
  public static readonly MYSQL = Service.tcpNamed('mysql', 3306);
  /** Microsoft SQL Server, tcp/1433. */
  public static readonly MSSQL = Service.tcpNamed('mssql', 1433);
  /** Oracle listener, tcp/1521. */
  public static readonly ORACLE = Service.tcpNamed('oracle', 1521);
  /** MongoDB, tcp/27017. */
  public static readonly MONGODB = Service.tcpNamed('mongodb', 27017);
  /** Redis and Valkey, tcp/6379. */
  public static readonly REDIS = Service.tcpNamed('redis', 6379);
  /** Memcached, tcp/11211. */
  public static readonly MEMCACHED = Service.tcpNamed('memcached', 11211);
  /** Kafka, tcp/9092. */
  public static readonly KAFKA = Service.tcpNamed('kafka', 9092);
  /** AMQP 0-9-1 over TLS, tcp/5671. */
  public static readonly AMQPS = Service.tcpNamed('amqps', 5671);
  /** Prometheus node exporter, tcp/9100. */
  public static readonly NODE_EXPORTER = Service.tcpNamed('node-exporter', 9100);
  /** Kubernetes API server, tcp/6443. */
  public static readonly KUBERNETES_API = Service.tcpNamed('kubernetes-api', 6443);

  /** One TCP port. @throws MSEG1001 if it is not a whole number from 0 to 65535. */
  public static tcp(port: number): Service {
    return Service.tcpRange(port, port);
  }

  /** TCP ports, both ends included. @throws MSEG1001 if a port is out of bounds or the first above the last. */
  public static tcpRange(fromPort: number, toPort: number): Service {
    return Service.ports('tcp', fromPort, toPort);
  }

  /** One UDP port. @throws MSEG1001 if it is not a whole number from 0 to 65535. */
  public static udp(port: number): Service {
    return Service.udpRange(port, port);
  }

  /** UDP ports, both ends included. @throws MSEG1001 if a port is out of bounds or the first above the last. */
  public static udpRange(fromPort: number, toPort: number): Service {
    return Service.ports('udp', fromPort, toPort);
  }

  /** One SCTP port. @throws MSEG1001 if it is not a whole number from 0 to 65535. */
  public static sctp(port: number): Service {
    return Service.sctpRange(port, port);
  }

  /** SCTP ports, both ends included. @throws MSEG1001 if a port is out of bounds or the first above the last. */
  public static sctpRange(fromPort: number, toPort: number): Service {
    return Service.ports('sctp', fromPort, toPort);
  }

  /**
   * ICMP of IPv4. Without a type all of it; without a code every code of the type. An echo request is type 8.
   *
   * @throws MSEG1003 if type or code is not a whole number from 0 to 255, or a code comes without a type.
   */
  public static icmp(type?: number, code?: number): Service {
    return Service.icmpMessages('icmp', type, code);
  }

  /**
   * ICMPv6. Without a type all of it; without a code every code of the type. An echo request is type 128.
   *
   * @throws MSEG1003 if type or code is not a whole number from 0 to 255, or a code comes without a type.
   */
  public static icmpv6(type?: number, code?: number): Service {
    return Service.icmpMessages('icmpv6', type, code);
  }

  /**
   * A whole IP protocol by its IANA number, such as 50 for ESP. 6, 17, 132, 1 and 58 are all of TCP, UDP, SCTP, ICMP and ICMPv6.
   *
   * @throws MSEG1002 if it is not a whole number from 0 to 255.
   */
  public static protocol(protocolNumber: number): Service {
    // The algebra takes names too; here a name, which untyped callers can pass, would mean every port of the protocol.
    const set = checked('MSEG1002', `protocol ${String(protocolNumber)}`, () =>
      ServiceSet.protocol(Number.isInteger(protocolNumber) ? protocolNumber : NaN));
    return new Service(`protocol-${protocolNumber}`, set.ranges());
  }

  /** Every protocol and every port. */
  public static any(): Service {
    return new Service('any', ServiceSet.ALL.ranges());
  }

  /** Several services under one name. @throws MSEG1016 if there is none. */
  public static of(name: string, ...services: Service[]): Service {
    if (services.length === 0) fail('MSEG1016', `Service ${name}`, 'a named service has no content');
    return new Service(name, services.flatMap((service) => service._ranges));
  }

  private static tcpNamed(name: string, port: number): Service {
    return Service.of(name, Service.tcp(port));
  }

  private static ports(protocol: 'tcp' | 'udp' | 'sctp', fromPort: number, toPort: number): Service {
    const name = fromPort === toPort ? `${protocol}/${fromPort}` : `${protocol}/${fromPort}-${toPort}`;
    // Without a last port, which untyped callers can leave out, the algebra would read one port.
    checked('MSEG1001', name, () => ServiceSet[protocol](fromPort, toPort ?? NaN));
    return new Service(name, [{ protocol, fromPort, toPort }]);
  }

  private static icmpMessages(protocol: 'icmp' | 'icmpv6', type?: number, code?: number): Service {
    const name = [protocol, type, code].filter((part) => part !== undefined).join('/');
    const set = checked('MSEG1003', name, () => ServiceSet[protocol](type, code));
    return new Service(name, set.ranges());
  }

  /** How the service reads in reports. */
  public readonly name: string;

  /** @internal */
  public readonly _ranges: readonly ServiceRange[];

  private constructor(name: string, ranges: readonly ServiceRange[]) {
    this.name = name;
    this._ranges = ranges;
  }
}

/** Turns the algebra's complaint into the catalogue's. */
function checked<T>(code: 'MSEG1001' | 'MSEG1002' | 'MSEG1003', name: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    return fail(code, `Service ${name}`, (error as Error).message);
  }
}
