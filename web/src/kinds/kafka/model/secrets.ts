// Passwords of users: given in the form, sent with the request, read among the credentials. Part of no spec.

import type { Credentials } from '../../../api/types';
import type { Secrets } from '../../../resource/form/description';
import { isObject } from '../../../resource/form/field-reader';
import type { Spec } from '../../../resource/form/format';
import type { SecretField } from '../../../resource/panels/CredentialsPanel';

/** Under which the form keeps the password of a user. */
export const passwordField = (user: string): string => `users.${user}.password`;

/** Another name is that of the same user, whose password stays. */
export function renamed(secrets: Secrets, from: string, to: string): Secrets {
  const { [passwordField(from)]: password, ...others } = secrets;
  return password === undefined ? secrets : { ...others, [passwordField(to)]: password };
}

/** Each password to its user; one that is to be generated is not sent. */
export function withPasswords(spec: Spec, secrets: Secrets): Spec {
  const { users } = spec;
  if (!Array.isArray(users)) return spec;
  return {
    ...spec,
    users: users.map((user: unknown) => {
      if (!isObject(user)) return user;
      const password = secrets[passwordField(String(user.name))];
      return password == null ? user : { ...user, password };
    }),
  };
}

/** Whom clients sign in as, each with its password, and the file that Kafka's own tools take. */
export function secretFields({ users = [], clientProperties }: Credentials): SecretField[] {
  return [
    ...users.flatMap(({ username, password }) => [
      ...(password === null
        ? []
        : [{ label: `Password of ${username}`, what: `password of ${username}`, text: password }]),
    ]),
    ...(clientProperties == null
      ? []
      : [
          {
            label: 'client.properties',
            what: 'client.properties with its password',
            text: clientProperties,
            saveAs: 'client.properties',
          },
        ]),
  ];
}
