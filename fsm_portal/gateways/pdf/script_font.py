"""One document's use of a face of another script."""

from fpdf import FPDF

from fsm_portal.gateways.pdf.layout import Run
from fsm_portal.gateways.pdf.script_face import Part, ScriptFace


class ScriptFont:
    """Numbers the letters that are drawn, in the order in which they first are.

    What looks the same and stands for another text gets a number of its own.
    """

    type = "TTF"  # what fpdf2 asks before it draws: text stays Unicode

    def __init__(self, pdf: FPDF, number: int, family: str, key: str, face: ScriptFace) -> None:
        self._pdf = pdf
        self.i = number
        self.family = family
        self.fontkey = key
        self._face = face
        self._letters: dict[tuple[tuple[Part, ...], str], tuple[int, int]] = {}
        self._run: Run | None = None

    def take(self, run: Run) -> None:
        """What ``encode_text`` draws next."""
        self._run = run

    def encode_text(self, text: str) -> str:
        """The operator that draws the run that was taken; ``text`` is that run's."""
        run, self._run = self._run, None
        assert run is not None and run.text == text
        parts = []
        for letter in run.letters:
            key = letter.parts, letter.text
            number, width = self._letters.setdefault(key, (len(self._letters) + 1, letter.advance))
            parts.append(f"{number:04x}")
            # Beside some letters it stands closer than beside others.
            if width != letter.advance:
                parts.append(f">{width - letter.advance}<")
        return f"[<{''.join(parts)}>] TJ"

    @property
    def face(self) -> ScriptFace:
        return self._face

    def reads_as(self) -> dict[int, str]:
        """Number of a letter -> the text that copying and searching should find."""
        return {number: text for (_, text), (number, _) in self._letters.items()}

    def widths(self) -> dict[int, int]:
        """Number of a letter -> its width, in thousandths of the size."""
        return dict(self._letters.values())

    def subset(self) -> bytes:
        """The font that goes into the file."""
        widths = [width for _, width in self._letters.values()]
        return self._face.subset([parts for parts, _ in self._letters], widths)
