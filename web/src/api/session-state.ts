import { createSlice, type PayloadAction } from '@reduxjs/toolkit';
import type { Session } from './types';

/** Who is signed in. The token itself is never kept: the browser holds a cookie that scripts cannot read. */
export interface SessionState {
  phase: 'unknown' | 'signed-in' | 'signed-out';
  session: Session | null;
  /** The session ended while the console was in use: the sign-in page says so. */
  expired: boolean;
}

const initialState: SessionState = { phase: 'unknown', session: null, expired: false };

const slice = createSlice({
  name: 'session',
  initialState,
  reducers: {
    signedIn(state, action: PayloadAction<Session>) {
      state.phase = 'signed-in';
      state.session = action.payload;
      state.expired = false;
    },
    signedOut(state) {
      state.expired = false;
      state.phase = 'signed-out';
      state.session = null;
    },
    /** The server no longer knows this session. */
    sessionEnded(state) {
      state.expired = state.phase === 'signed-in' || state.expired;
      state.phase = 'signed-out';
      state.session = null;
    },
  },
});

export const { signedIn, signedOut, sessionEnded } = slice.actions;
export const sessionReducer = slice.reducer;
