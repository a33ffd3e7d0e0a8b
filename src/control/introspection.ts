/** The introspection document of the agent's object, for busctl, gdbus and code generators (D-Bus specification). */
import { AGENT_INTERFACE, methods, properties, signals } from './interface.js';

interface Listed {
  readonly names: readonly string[];
  readonly signatures: readonly string[];
}

function argumentsOf(list: Listed, direction?: 'in' | 'out'): string {
  const attribute = direction === undefined ? '' : ` direction="${direction}"`;
  return list.names
    .map((name, index) => `   <arg name="${name}" type="${list.signatures[index]}"${attribute}/>\n`)
    .join('');
}

const methodText = Object.values(methods)
  .map(
    ({ name, takes, gives }) =>
      `  <method name="${name}">\n${argumentsOf(takes, 'in')}${argumentsOf(gives, 'out')}  </method>\n`,
  )
  .join('');

const signalText = Object.values(signals)
  .map(({ name, carries }) => `  <signal name="${name}">\n${argumentsOf(carries)}  </signal>\n`)
  .join('');

const propertyText = properties
  .map(
    ({ name, signature }) => `  <property name="${name}" type="${signature}" access="read">
   <annotation name="org.freedesktop.DBus.Property.EmitsChangedSignal" value="false"/>
  </property>
`,
  )
  .join('');

export const introspection = `<!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"
"http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">
<node>
 <interface name="${AGENT_INTERFACE}">
${methodText}${signalText}${propertyText} </interface>
 <interface name="org.freedesktop.DBus.Properties">
  <method name="Get">
   <arg name="interface" type="s" direction="in"/>
   <arg name="property" type="s" direction="in"/>
   <arg name="value" type="v" direction="out"/>
  </method>
  <method name="GetAll">
   <arg name="interface" type="s" direction="in"/>
   <arg name="properties" type="a{sv}" direction="out"/>
  </method>
 </interface>
 <interface name="org.freedesktop.DBus.Introspectable">
  <method name="Introspect">
   <arg name="document" type="s" direction="out"/>
  </method>
 </interface>
 <interface name="org.freedesktop.DBus.Peer">
  <method name="Ping"/>
 </interface>
</node>
`;
