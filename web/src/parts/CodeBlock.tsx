import './code-block.css';
import { Copy } from './Copy';

interface Props {
  /** As in "Code for curl". */
  label: string;
  copyLabel: string;
  text: string;
}

/** Lines to read and to take along. */
export function CodeBlock({ label, copyLabel, text }: Props) {
  return (
    <div className="code-block">
      {/* Long lines are scrolled to, by keyboard too. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0} aria-label={label}>
        <code>{text}</code>
      </pre>
      <Copy variant="icon" text={text} label={copyLabel} />
    </div>
  );
}
