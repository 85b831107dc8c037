"""Words the catalogue of the synthetic shop is made of: categories, what is sold in them, colours, makers."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BOLD", "CATEGORIES", "COLOURS", "NATURAL", "SIZES", "SUPPLIERS", "UNMET", "Category"]


@dataclass(frozen=True, slots=True)
class Category:
    """One leaf of the category tree and how demand behaves in it.

    Attributes:
        path: canonical category path.
        code: first letters of its SKUs.
        nouns: what is sold, with a typical price in euros.
        materials: first word of a title.
        amplitude: size of the yearly wave, in log units (0.5: peak 1.65 times the middle).
        peak_day: day of the year on which the wave peaks.
        christmas: multiplier of demand in mid December.
        elasticity: typical price elasticity of demand.
        week: multipliers from Monday to Sunday, mean 1.
        theme: name of the defect that its products can have.
        maker: index of its usual supplier in `SUPPLIERS`.
        shelf_days: shelf life, or None.
    """

    path: str
    code: str
    nouns: tuple[tuple[str, float], ...]
    materials: tuple[str, ...]
    amplitude: float
    peak_day: int
    christmas: float
    elasticity: float
    week: tuple[float, ...]
    theme: str
    maker: int
    shelf_days: float | None = None


AT_HOME = (1.08, 1.02, 0.97, 0.94, 0.88, 0.92, 1.19)
ON_SATURDAY = (0.90, 0.88, 0.92, 0.98, 1.04, 1.22, 1.06)
AT_WORK = (1.20, 1.16, 1.12, 1.08, 0.96, 0.66, 0.82)

CATEGORIES: tuple[Category, ...] = (
    Category(
        "Kitchen > Textiles",
        "KT",
        (
            *(("apron", 34.9), ("tea towel", 12.9), ("oven glove", 16.9), ("bread bag", 14.9)),
            *(("napkin set", 24.9), ("table runner", 29.9), ("pot holder", 9.9), ("dish cloth", 8.9)),
        ),
        ("Linen", "Cotton", "Organic cotton", "Hemp", "Waffle", "Quilted", "Washed linen", "Recycled cotton"),
        0.10,
        330,
        2.1,
        -1.5,
        AT_HOME,
        "seam",
        0,
    ),
    Category(
        "Kitchen > Cookware",
        "KC",
        (
            *(("frying pan", 59.9), ("saucepan", 49.9), ("casserole", 89.9), ("chopping board", 34.9)),
            *(("kettle", 44.9), ("mixing bowl", 22.9), ("baking tin", 18.9), ("paring knife", 27.9)),
        ),
        ("Steel", "Cast-iron", "Copper", "Enamel", "Beech", "Oak", "Carbon-steel", "Ceramic"),
        0.18,
        340,
        2.0,
        -1.8,
        AT_HOME,
        "coating",
        3,
    ),
    Category(
        "Table > Ceramics",
        "TC",
        (
            *(("mug", 14.9), ("bowl", 17.9), ("plate", 19.9), ("teapot", 49.9)),
            *(("jug", 32.9), ("espresso cup", 11.9), ("serving dish", 38.9), ("vase", 29.9)),
        ),
        ("Stoneware", "Porcelain", "Earthenware", "Glazed", "Matt", "Speckled", "Hand-thrown", "Ribbed"),
        0.08,
        350,
        2.3,
        -1.4,
        ON_SATURDAY,
        "crack",
        1,
    ),
    Category(
        "Home > Bedding",
        "HB",
        (
            *(("pillowcase", 22.9), ("duvet cover", 99.9), ("throw", 69.9), ("cushion", 34.9)),
            *(("fitted sheet", 54.9), ("blanket", 79.9), ("bedspread", 119.9), ("quilt", 139.9)),
        ),
        ("Linen", "Percale", "Wool", "Cotton", "Flannel", "Velvet", "Knitted", "Boucle"),
        0.35,
        335,
        1.5,
        -1.6,
        AT_HOME,
        "seam",
        2,
    ),
    Category(
        "Home > Lighting",
        "HL",
        (
            *(("table lamp", 79.9), ("pendant lamp", 119.9), ("floor lamp", 149.9), ("candle holder", 19.9)),
            *(("lantern", 39.9), ("wall lamp", 89.9), ("reading lamp", 64.9), ("night light", 24.9)),
        ),
        ("Brass", "Paper", "Glass", "Rattan", "Steel", "Oak", "Opal", "Ceramic"),
        0.40,
        345,
        1.6,
        -2.0,
        AT_HOME,
        "flicker",
        4,
    ),
    Category(
        "Garden > Tools",
        "GT",
        (
            *(("trowel", 17.9), ("secateurs", 39.9), ("watering can", 34.9), ("plant pot", 16.9)),
            *(("pair of garden gloves", 14.9), ("hand fork", 17.9), ("seed tray", 12.9), ("bird feeder", 27.9)),
        ),
        ("Steel", "Zinc", "Ash", "Copper", "Terracotta", "Forged", "Bamboo", "Recycled"),
        0.85,
        125,
        1.1,
        -1.7,
        ON_SATURDAY,
        "handle",
        7,
    ),
    Category(
        "Bath > Care",
        "BC",
        (
            *(("hand soap", 9.9), ("bath towel", 29.9), ("body lotion", 18.9), ("soap dish", 13.9)),
            *(("bath mat", 32.9), ("hand cream", 12.9), ("bath salt", 15.9), ("sponge", 7.9)),
        ),
        ("Olive", "Lavender", "Cotton", "Sea-salt", "Oat", "Rosemary", "Honey", "Almond"),
        0.06,
        20,
        1.9,
        -1.2,
        AT_HOME,
        "smell",
        8,
        720.0,
    ),
    Category(
        "Office > Paper",
        "OP",
        (
            *(("notebook", 14.9), ("diary", 24.9), ("gift wrap", 6.9), ("fountain pen", 34.9)),
            *(("desk pad", 27.9), ("card set", 11.9), ("wall planner", 16.9), ("envelope set", 8.9)),
        ),
        ("Recycled", "Cotton-paper", "Linen-bound", "Ruled", "Dotted", "Plain", "Stitched", "Letterpress"),
        0.22,
        345,
        2.2,
        -1.3,
        AT_WORK,
        "pages",
        6,
    ),
)

NATURAL = ("olive", "sand", "stone", "oat", "charcoal", "white", "moss", "clay")
BOLD = ("mustard", "cobalt", "coral", "plum", "teal", "rust", "berry", "emerald")
COLOURS = NATURAL + BOLD
SIZES = ("", "small", "large", "extra large")

SUPPLIERS = (
    *("Musterweberei", "Beispiel Keramik", "Example Mills", "Fantasia Metall", "Nirgendwo Licht", "Probe & Söhne"),
    *("Sample Paper Co", "Testgarten", "Imaginaria Bath", "Platzhalter Handel"),
)

# Searched for, never sold: what customers miss.
UNMET = ("gift card", "lunch box", "wine rack", "dog bed", "yoga mat", "reusable bottle", "advent calendar", "toaster")
