"""The button that takes a CSV file to be imported, and goes to the page about it."""

import reflex as rx

from fsm_portal.ui.upload import Upload, upload_button

_FILE = Upload(
    name="file",
    where="'/dashboard/import/file?what=' + "
    "encodeURIComponent(document.getElementById('field-what')?.value ?? '')",
    most_bytes=10_000_000,
    too_large="The file is larger than 10 MB: split it, or use the command line.",
    lost="The file did not get through. Please try again.",
    # Still busy until the other page is there.
    then="window.location.assign('/dashboard/import/?run=' + said); return;",
)


@rx.memo
def file_picker() -> rx.Component:
    return upload_button(
        _FILE, "Choose a CSV file", "Reading the file…", accept=".csv,.txt,text/csv"
    )
