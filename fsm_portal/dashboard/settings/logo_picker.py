"""The button that takes the company's logo."""

import reflex as rx

from fsm_portal.ui.upload import Upload, upload_button

WHERE = "/dashboard/settings/branding/logo"
_LOGO = Upload(
    name="logo",
    where=f"'{WHERE}'",
    most_bytes=5_000_000,
    too_large="The picture is larger than 5 MB.",
    lost="The picture did not get through. Please try again.",
)


@rx.memo
def logo_picker() -> rx.Component:
    return upload_button(
        _LOGO, "Choose a picture", "Sending…", accept="image/png,image/jpeg", kind="secondary"
    )
