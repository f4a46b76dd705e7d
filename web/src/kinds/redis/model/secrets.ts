import type { Credentials } from '../../../api/types';
import type { SecretField } from '../../../resource/panels/CredentialsPanel';

/** What clients and sentinels sign in with. */
export function secretFields(secrets: Credentials): SecretField[] {
  const { username = '', password = '', sentinelPassword } = secrets;
  const ofSentinels = 'password of the sentinels';
  return [
    { label: 'User', what: 'user name', text: username, isOpen: true },
    { label: 'Password', what: 'password', text: password },
    ...(sentinelPassword == null
      ? []
      : [{ label: 'Password of the sentinels', what: ofSentinels, text: sentinelPassword }]),
  ];
}
