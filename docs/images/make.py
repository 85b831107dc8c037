"""Take the pictures of the README: the top of a report, as Chromium shows it, in English and in Chinese.

python docs/images/make.py SHOP     (with the development tools installed, `make dev`, and a Chromium on the PATH)
"""

import argparse
import os
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

from shopwright.strategy.run import plan_shop, report_file

HERE = Path(__file__).resolve().parent
WIDTH, HEIGHT = 1180, 1020
NAMES = {"en": "report.png", "zh": "report.zh.png"}


def main() -> None:
    """Plan the shop, open its report in both languages and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shop", type=Path, help="folder of a shop")
    run = plan_shop(parser.parse_args().shop)
    chromium = (
        os.environ.get("SHOPWRIGHT_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        for language, name in NAMES.items():
            page.goto(report_file(run.folder, language).resolve().as_uri())
            page.screenshot(path=HERE / name)
        browser.close()


if __name__ == "__main__":
    main()
