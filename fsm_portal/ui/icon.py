"""Line icons, drawn here on a 24-pixel grid: one path each, and a page carries what it shows."""

import reflex as rx

PATHS = {
    "alert": "M12 4 2.8 20h18.4zM12 10v4.5M12 17.3v.01",
    "back": "M20 12H5m6-6-6 6 6 6",
    "bell": "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 2h-15zM10 18.5a2 2 0 0 0 4 0M12 3v2",
    "card": "M3 6h18v12H3zM3 10h18M7 15h3",
    "check": "m5 12.5 4.5 4.5L19 7.5",
    "clock": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.5V12l3 2",
    "close": "m6 6 12 12M18 6 6 18",
    "download": "M12 4v11m-4.5-4.5L12 15l4.5-4.5M5 20h14",
    "external": "M14 4h6v6m0-6-9 9m7 1v6H4V6h6",
    "home": "m3.5 11.5 8.5-8 8.5 8M6 9.5V20h12V9.5M10 20v-6h4v6",
    "info": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5.5M12 7.6v.01",
    "invoice": "M6 3h8l5 5v13H6zM14 3v5h5M9 13h6M9 17h6",
    "left": "m14.5 6-6 6 6 6",
    "lock": "M6 11h12v9H6zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11",
    "log": "M6 3h12v18H6zM9.5 8h5M9.5 12h5M9.5 16h3",
    "mail": "M3 6h18v12H3zm.5.5L12 13l8.5-6.5",
    "more": "M5 12h.01M12 12h.01M19 12h.01",
    "moon": "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z",
    "overview": "M4 4h7v8H4zM14 4h6v4h-6zM14 11h6v9h-6zM4 15h7v5H4z",
    "people": "M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM2.5 20c.5-3.6 3-5.5 6.5-5.5s6 1.9 6.5 5.5"
    "M15.5 5.3a3.5 3.5 0 0 1 0 6.4M17.5 14.9c2.3.7 3.7 2.4 4 5.1",
    "person": "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20.5c.6-4 3.5-6 7.5-6s6.9 2 7.5 6",
    "plus": "M12 5v14M5 12h14",
    "refresh": "M20 11a8 8 0 1 0-2.3 6.3M20 5v6h-6",
    "right": "m9.5 6 6 6-6 6",
    "scales": "M12 4v16m-4 0h8M5 7h14M5 7l-2.8 6.5a3 3 0 0 0 5.6 0zm14 0-2.8 6.5a3 3 0 0 0 5.6 0z",
    "search": "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.3 15.3 20 20",
    "send": "M21 3 10 14M21 3l-7 18-4-7-7-4z",
    "settings": "M4 7h10m4 0h2M4 17h2m4 0h10M16 4.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z"
    "M8 14.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
    "shield": "m12 3 7 3v5.5c0 4.4-2.9 7.6-7 9.5-4.1-1.9-7-5.1-7-9.5V6zM9 12l2.2 2.2 4-4.2",
    "sign-out": "M10 4H5v16h5m4-12 4 4-4 4m4-4H9",
    "statement": "M5 3h14v18l-3-2-2 2-2-2-2 2-2-2-3 2zM9 8h6M9 12h6",
    "sun": "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5v2m0 15v2M2.5 12h2m15 0h2M5.3 5.3l1.4 1.4"
    "m10.6 10.6 1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
    "upload": "M12 15V4M7.5 8.5 12 4l4.5 4.5M5 20h14",
    "wrench": "M20.5 7.2a5 5 0 0 1-6.7 5.9L7 20a2.1 2.1 0 0 1-3-3l6.9-6.8a5 5 0 0 1 5.9-6.7L14 6.3"
    "l.5 3.2 3.2.5z",
}


def icon(name: str, class_name: str = "size-5") -> rx.Component:
    """A decoration, hidden from screen readers: the text beside it, or an aria-label, says it.

    Raises:
        KeyError: there is no icon of that name.
    """
    return rx.el.svg(
        rx.el.path(d=PATHS[name]),
        view_box="0 0 24 24",
        class_name=f"icon {class_name}",
        custom_attrs={"aria-hidden": "true"},
    )
