import {
  borderRadiusContainer,
  colorBackgroundContainerContent,
  colorBackgroundLayoutMain,
  colorBorderDividerDefault,
  colorBorderItemFocused,
  colorTextAccent,
  colorTextBodyDefault,
  colorTextBodySecondary,
  colorTextStatusError,
  colorTextStatusInfo,
  colorTextStatusSuccess,
  colorTextStatusWarning,
  fontFamilyBase,
  fontFamilyMonospace,
} from 'cloudscape-tokens';

/** Cloudscape's tokens under names that stay: its own carry a hash that changes with its versions. Style sheets of
 *  the console use these, and so follow light and dark. */
export const tokens = {
  '--ashlar-font': fontFamilyBase,
  '--ashlar-font-monospace': fontFamilyMonospace,
  '--ashlar-page': colorBackgroundLayoutMain,
  '--ashlar-container': colorBackgroundContainerContent,
  '--ashlar-text': colorTextBodyDefault,
  '--ashlar-text-secondary': colorTextBodySecondary,
  '--ashlar-line': colorBorderDividerDefault,
  '--ashlar-focus': colorBorderItemFocused,
  '--ashlar-accent': colorTextAccent,
  '--ashlar-success': colorTextStatusSuccess,
  '--ashlar-error': colorTextStatusError,
  '--ashlar-warning': colorTextStatusWarning,
  '--ashlar-info': colorTextStatusInfo,
  '--ashlar-radius': borderRadiusContainer,
};

/** On <body>, where Cloudscape defines what these refer to. */
export function publishTokens(body: HTMLElement): void {
  for (const [name, value] of Object.entries(tokens)) body.style.setProperty(name, value);
}
