import type { FeedClock } from './operation-feed';

/** A page in the background draws no frames, and is to know what happened when it is looked at again. */
const latestFrameMs = 250;

export const browserClock: FeedClock = {
  now: Date.now,
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      signal.addEventListener(
        'abort',
        () => {
          clearTimeout(timer);
          resolve();
        },
        { once: true },
      );
    }),
  nextFrame: (callback) => {
    let called = false;
    const once = () => {
      if (called) return;
      called = true;
      clearTimeout(timer);
      callback();
    };
    const timer = setTimeout(once, latestFrameMs);
    requestAnimationFrame(once);
  },
};
