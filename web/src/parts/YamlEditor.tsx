import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import { useEffect, useId, useRef, type ReactNode } from 'react';
import './yaml-editor.css';

export interface YamlFault {
  readonly path: string;
  readonly message: string;
  /** From 1; null when it has no place in the text. */
  readonly line: number | null;
}

interface Props {
  label: string;
  description?: ReactNode;
  text: string;
  onChange: (text: string) => void;
  faults: readonly YamlFault[];
}

/** Plain text with line numbers: what screen readers, spell checkers and password managers all understand. */
export function YamlEditor({ label, description, text, onChange, faults }: Props) {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLPreElement>(null);
  const lines = text.split('\n').length;
  const faulty = new Set(faults.map(({ line }) => line));
  useEffect(() => {
    if (gutter.current && area.current) gutter.current.scrollTop = area.current.scrollTop;
  });
  return (
    <FormField label={label} description={description} controlId={id} stretch>
      <div className="yaml-editor">
        <pre ref={gutter} aria-hidden="true">
          {Array.from({ length: lines }, (_, index) => (
            <div key={index} className={faulty.has(index + 1) ? 'yaml-faulty' : undefined}>
              {index + 1}
            </div>
          ))}
        </pre>
        <textarea
          id={id}
          ref={area}
          value={text}
          rows={Math.min(40, Math.max(16, lines + 1))}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          wrap="off"
          aria-label={label}
          aria-invalid={faults.length > 0}
          aria-describedby={faults.length > 0 ? `${id}-faults` : undefined}
          onChange={(event) => onChange(event.target.value)}
          onScroll={(event) => {
            if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop;
          }}
        />
      </div>
      {faults.length > 0 && (
        <ul id={`${id}-faults`} className="yaml-faults" role="alert">
          {faults.map((fault) => (
            <li key={`${fault.path} ${fault.message}`}>
              {fault.line !== null && (
                <Button
                  variant="inline-link"
                  ariaLabel={`Go to line ${fault.line}`}
                  onClick={() => area.current && goTo(area.current, fault.line ?? 1)}
                >
                  Line {fault.line}
                </Button>
              )}{' '}
              {fault.path !== '' && <code>{fault.path}</code>}{' '}
              <Box variant="span" color="text-status-error">
                {fault.message}
              </Box>
            </li>
          ))}
        </ul>
      )}
    </FormField>
  );
}

function goTo(area: HTMLTextAreaElement, line: number): void {
  const lines = area.value.split('\n');
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  area.scrollTop = (area.scrollHeight / lines.length) * Math.max(0, line - 4);
}
