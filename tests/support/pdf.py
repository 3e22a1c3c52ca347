"""Documents as their readers see them, by poppler's tools."""
import subprocess


def text_of(pdf):
    """Its text, laid out; poppler must have nothing to complain about."""
    result = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, timeout=30)
    assert result.returncode == 0 and result.stderr == b"", result.stderr
    return result.stdout.decode()
