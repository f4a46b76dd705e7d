import { asSentence } from './format';

/** Sentences of the server about the resource of that name. */
export function Lines({ lines, name }: { lines: readonly string[]; name: string }) {
  const [only = ''] = lines;
  if (lines.length <= 1) return <>{asSentence(only, name)}</>;
  return (
    <ul className="lines">
      {lines.map((line) => (
        <li key={line}>{asSentence(line, name)}</li>
      ))}
    </ul>
  );
}
