/**
 * What goes first: a new ban of this host's own, then one that another host asked for, then what is only put back. The
 * attackers of this host do not wait for those of others.
 */
export type Urgency = 'urgent' | 'patient' | 'routine';
