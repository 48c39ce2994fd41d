"""The organization: its role files and its charter in an editor, and its chart as it would be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widgets import TextArea

from orgloop.errors import OrgloopError
from orgloop_tui.draw.files import STYLES, file_row, file_title, org_head, problem_rows
from orgloop_tui.draw.floor import floor
from orgloop_tui.draw.spans import Row, Span, row
from orgloop_tui.model.checking import check
from orgloop_tui.model.drafts import Draft
from orgloop_tui.model.frame import Frame
from orgloop_tui.screens.asked import Asked, Choice
from orgloop_tui.screens.editing import NOT_YET, Editing
from orgloop_tui.screens.layout import WIDE
from orgloop_tui.widgets.code import Code
from orgloop_tui.widgets.drawn import Drawn
from orgloop_tui.widgets.keys import Keys
from orgloop_tui.widgets.picker import Item, Picker


class Organization(Editing):
    """Files beside an editor, with the chart and what is wrong as it would be."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", priority=True, id="org.save"),
        Binding("f8", "next_problem", "Next problem", id="org.problem"),
        Binding("ctrl+n", "new_role", "New role", id="org.new"),
        Binding("ctrl+r", "give_up", "Drop edits", id="org.drop"),
        Binding("escape", "leave", "Back", show=False, id="org.leave"),
    ]
    DEFAULT_CSS = """
    Organization {
        layout: vertical;
        #org-head { height: 1; padding: 0 1; background: $panel; }
        #org-middle { height: 1fr; layout: horizontal; }
        #org-files { width: 20; height: 1fr; }
        #org-text { width: 1fr; height: 1fr; }
        .panel {
            border-top: solid $border; border-title-color: $foreground 70%;
            border-title-background: $background;
        }
        #org-chart, #org-problems { padding: 0 1; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._frame: Frame | None = None
        self._open = ""
        self._loaded = ""

    def compose(self) -> ComposeResult:
        """Head, chart, files beside the text, problems, keys."""
        yield Drawn(self._head, id="org-head")
        with Container(id="org-middle"):
            yield Picker(id="org-files", empty="No files.")
            yield Code(id="org-text")
            with Container(id="org-side"):
                yield Drawn(self._picture, id="org-chart", classes="panel")
                yield Drawn(self._problems, id="org-problems", classes="panel")
        yield Keys()

    def on_mount(self) -> None:
        """Read the files, and go on looking at them."""
        self.query_one("#org-files").add_class("panel")
        self.query_one("#org-files").border_title = "files"
        self.query_one("#org-text").add_class("panel")
        self.query_one("#org-chart").border_title = "chart"
        self.query_one("#org-problems").border_title = "problems"
        self._arrange()
        self.query_one(Picker).focus()
        super().on_mount()
        self.follow()

    def on_resize(self) -> None:
        """Another size has another layout."""
        self._arrange()

    def show_frame(self, frame: Frame) -> None:
        """Who stands where, and the generation that stands."""
        self._frame = frame
        self.query_one("#org-head", Drawn).redraw()
        self.query_one("#org-chart", Drawn).redraw()

    def _arrange(self) -> None:
        wide = self.size.width >= WIDE
        middle, side = self.query_one("#org-middle"), self.query_one("#org-side")
        chart, problems = self.query_one("#org-chart"), self.query_one("#org-problems")
        files = self.query_one("#org-files")
        files.styles.width = 26 if wide else 18
        if wide:
            middle.styles.layout = "horizontal"
            side.styles.dock = "none"
            side.styles.width, side.styles.height = "42%", "1fr"
            chart.styles.height, problems.styles.height = "1fr", "1fr"
        else:
            middle.styles.layout = "horizontal"
            side.styles.dock = "bottom"  # takes its rows from the files and the text
            room = 9 if self.size.height < 30 else 15
            side.styles.width, side.styles.height = "100%", room
            chart.styles.height, problems.styles.height = (5, 4) if room == 9 else (9, 6)

    # What is drawn.

    def _head(self, width: int, height: int) -> list[Row]:
        del height
        return [org_head(self._frame, self.checked, self.watch_app.drafts, width)]

    def _picture(self, width: int, height: int) -> list[Row]:
        chart = self.checked.chart
        if self.checked is NOT_YET:
            return []
        if chart is None:
            return [row(Span("The chart does not parse: see the problems.", "warning"))]
        frame = self._frame or Frame(str(self.watch_app.source.lab), 0.0)
        return floor(replace(frame, chart=chart), width, height)

    def _problems(self, width: int, height: int) -> list[Row]:
        rows = problem_rows(self.checked, self._open, width)
        if len(rows) > height > 0:
            more = row(Span(f"and {len(rows) - height + 1} more rows: f8 goes from one to the next",
                            "dim"))  # fmt: skip
            return [*rows[: height - 1], more]
        return rows

    def _list(self) -> None:
        drafts, picker = self.watch_app.drafts, self.query_one(Picker)
        width = picker.size.width or 20
        found = [drafts.get(path) for path in drafts.paths]
        picker.put(
            [Item(one.path, file_row(one, self.checked, width)) for one in found if one is not None]
        )
        self.query_one("#org-head", Drawn).redraw()
        self._title_text()

    def _title_text(self) -> None:
        draft = self.watch_app.drafts.get(self._open)
        if draft is not None:
            self.query_one(Code).border_title = file_title(draft).replace("[", r"\[")

    # What the files have become.

    def changed_on_disk(self, paths: Sequence[str]) -> None:
        """Show the text that is there now."""
        drafts = self.watch_app.drafts
        draft = drafts.get(self._open)
        if draft is None:
            self._show(drafts.paths[0] if drafts.paths else "")
        elif self._open in paths:
            self._put(draft)
            self.notify(f"{draft.path} was changed on disk.", markup=False)
        self._list()

    def taken_up(self, paths: Sequence[str]) -> None:
        """Show the first of them."""
        self._list()
        self.query_one(Picker).choose(paths[0])
        draft = self.watch_app.drafts.get(paths[0])
        if draft is not None:
            self._open = draft.path
            self._put(draft)
            self._list()

    def show_checked(self) -> None:
        """Point out what is wrong, and draw the chart anew."""
        self._point_out()
        self._list()
        for name in ("org-chart", "org-problems", "org-head"):
            self.query_one(f"#{name}", Drawn).redraw()

    # The text.

    def _show(self, path: str) -> None:
        draft = self.watch_app.drafts.get(path)
        if draft is None or path == self._open:
            return
        self._open = path
        self._put(draft)
        self._point_out()
        self._title_text()
        self.query_one("#org-problems", Drawn).redraw()

    def _put(self, draft: Draft) -> None:
        code = self.query_one(Code)
        place = code.cursor_location if self._loaded == draft.path else (0, 0)
        self._loaded = draft.path
        code.read_only = not draft.readable
        code.load_text(draft.text)
        code.move_cursor((min(place[0], code.document.line_count - 1), place[1]))

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Keep what was typed, and check it when the keys rest."""
        draft = self.watch_app.drafts.get(self._open)
        text = event.text_area.text
        if draft is None or not draft.readable or text == draft.text:
            return
        self.watch_app.drafts.edit(self._open, text)
        self._list()
        self.check_soon()

    def _point_out(self) -> None:
        faults: dict[int, str] = {}
        for found in self.checked.of(self._open):
            line = found.line or 1
            if faults.get(line) != STYLES["error"]:
                faults[line] = STYLES[found.severity]
        self.query_one(Code).point_out(faults)

    def on_picker_moved(self, message: Picker.Moved) -> None:
        """Show the file under the cursor."""
        self._show(message.key)

    def on_picker_opened(self) -> None:
        """Into the text."""
        self.query_one(Code).focus()

    def on_code_left(self) -> None:
        """Back to the files."""
        self.query_one(Picker).focus()

    # What a person does.

    def action_leave(self) -> None:
        """To the screen before; edits stay in the drafts."""
        unsaved = self.watch_app.drafts.unsaved
        self.keep_now()
        self.dismiss()
        if unsaved:
            self.app.notify(
                f"Not saved yet: {', '.join(unsaved)}. The edits are kept.",
                severity="warning",
                markup=False,
            )

    def action_next_problem(self) -> None:
        """To the next line that has a problem, in this file or in another."""
        code, paths = self.query_one(Code), self.watch_app.drafts.paths
        found = self.checked.after(paths, self._open, code.cursor_location[0] + 1)
        if found is None:
            self.notify("Nothing is wrong with these files.")
            return
        path, line = found
        self.query_one(Picker).choose(path)
        self._show(path)
        code.move_cursor((min(line, code.document.line_count) - 1, 0), center=True)
        code.focus()

    def action_new_role(self) -> None:
        """Begin a role file."""
        said = "A new role. Its name stands in the chart as well, where it is to work."

        def begin(name: str | None) -> None:
            if not name:
                return
            if not name.replace("-", "").replace("_", "").isalnum():
                self.notify(
                    f"`{name}` is no name of a role: letters, digits and hyphens are.",
                    severity="error",
                    markup=False,
                )
                return
            draft = self.watch_app.drafts.begin(name)
            self._list()
            self.query_one(Picker).choose(draft.path)
            self._show(draft.path)
            self.check_soon()
            self.query_one(Code).focus()

        self.app.push_screen(Asked(said, [], field="statistician"), begin)

    def action_give_up(self) -> None:
        """Drop the edits of this file, when a person says so."""
        draft = self.watch_app.drafts.get(self._open)
        if draft is None or not draft.changed:
            self.notify("This file has no edits that are not saved.")
            return
        path = draft.path

        def drop(answer: str | None) -> None:
            if answer != "drop":
                return
            self.watch_app.drafts.give_up(path)
            now = self.watch_app.drafts.get(path)
            if now is not None:
                self._put(now)
            elif self.watch_app.drafts.paths:
                self._show(self.watch_app.drafts.paths[0])
            self._list()
            self.check_soon()

        said = f"Drop your edits of {path}, for what is on disk?"
        self.app.push_screen(Asked(said, [Choice("d", "Drop them", "drop")]), drop)

    def action_save(self) -> None:
        """Write the file into the lab, unless it would not check or somebody else wrote it."""
        draft = self.watch_app.drafts.get(self._open)
        if draft is None:
            return
        if not draft.changed:
            self.notify("Everything in this file is saved.")
            return
        lab, texts, clash = self.watch_app.source.lab, self.watch_app.drafts.texts(), draft.clashes

        async def look() -> None:
            from asyncio import to_thread

            alone = {draft.path: texts[draft.path]}
            self.found(await to_thread(check, lab, texts))
            written = await to_thread(check, lab, alone)
            doubts = [f"{draft.path} was changed on disk while you edited it."] if clash else []
            if written.errors:
                doubts.append(
                    f"The organization would have {written.count}, so the lab would go on under "
                    f"the last good one.\n\n{written.first}"
                )
            if not doubts:
                await self._write(draft)
                return
            choices = [Choice("s", "Save all the same", "save")]
            self.app.push_screen(
                Asked("\n\n".join(doubts), choices),
                lambda answer: self._write_if(answer, draft),
            )

        self.run_worker(look(), group="save", exit_on_error=True)

    def _write_if(self, answer: str | None, draft: Draft) -> None:
        if answer == "save":
            self.run_worker(self._write(draft), group="save", exit_on_error=True)

    async def _write(self, draft: Draft) -> None:
        from asyncio import to_thread

        text = draft.text
        try:
            said = await to_thread(self.watch_app.doors.save, draft.path, text.encode("utf-8"))
        except (OrgloopError, OSError) as error:
            self.notify(str(error), severity="error", timeout=10, markup=False)
            return
        if draft.text == text:
            self.watch_app.drafts.saved(draft.path)
        self.check_soon()
        self.notify(said, markup=False)
        self._list()
        self.watch_app.look_now()
