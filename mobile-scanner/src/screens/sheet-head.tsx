import { screen, words } from "./state.ts";

/** A sheet's title, and the way back to the camera or to where `back` leads. */
export function SheetHead({
  title,
  back = () => {
    screen.value = null;
  },
}: {
  title: string;
  back?: () => void;
}) {
  return (
    <div class="sheet-head">
      <h1>{title}</h1>
      <button type="button" class="small" onClick={back}>
        {words.value.ui.back}
      </button>
    </div>
  );
}
