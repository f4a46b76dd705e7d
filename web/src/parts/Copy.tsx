import CopyToClipboard, { type CopyToClipboardProps } from '@cloudscape-design/components/copy-to-clipboard';

interface Props {
  text: string;
  /** Of the button, whole: "Copy the password". */
  label: string;
  /** `inline` shows the text beside its button, `icon` the button alone, `button` one with a word. */
  variant: NonNullable<CopyToClipboardProps['variant']>;
}

/** A text to take along. */
export function Copy({ text, label, variant }: Props) {
  return (
    <CopyToClipboard
      variant={variant}
      {...(variant === 'button' ? { copyButtonText: 'Copy' } : {})}
      textToCopy={text}
      copyButtonAriaLabel={label}
      copySuccessText="Copied"
      copyErrorText="The browser does not allow copying"
    />
  );
}
