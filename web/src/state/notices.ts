import { createSlice, type PayloadAction } from '@reduxjs/toolkit';

/** A message at the top of whatever page is open, until it is dismissed. */
export interface Notice {
  id: string;
  type: 'success' | 'info' | 'warning' | 'error';
  content: string;
  link: { text: string; href: string } | null;
}

const slice = createSlice({
  name: 'notices',
  initialState: [] as Notice[],
  reducers: {
    /** One of the same id takes the place of the earlier one. */
    noticed(state, action: PayloadAction<Notice>) {
      const rest = state.filter((notice) => notice.id !== action.payload.id);
      return [action.payload, ...rest].slice(0, 5);
    },
    dismissed(state, action: PayloadAction<string>) {
      return state.filter((notice) => notice.id !== action.payload);
    },
  },
});

export const { noticed, dismissed } = slice.actions;
export const noticesReducer = slice.reducer;
