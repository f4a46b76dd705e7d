import './labelled.css';

/** A label that is short beside what it belongs to, and whole for those who hear it alone. */
export function Labelled({ short, rest }: { short: string; rest: string }) {
  return (
    <>
      {short}
      <span className="only-heard"> {rest}</span>
    </>
  );
}
