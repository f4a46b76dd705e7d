import { Copy } from '../../parts/Copy';

interface Props {
  host: string | null;
  port: number | null;
  /** As in "Copy the private address of broker-1". */
  what: string;
}

/** An address to take along, where there is one. */
export function AddressText({ host, port, what }: Props) {
  if (host === null) return <>–</>;
  const text = port === null ? host : `${host}:${port}`;
  return <Copy variant="inline" text={text} label={`Copy the ${what}`} />;
}
