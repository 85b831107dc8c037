"""How people say that a thing runs small, large or true to size, in five languages: data, not interface.

Edges of words are written as what stands there: a mark for edges is forty times as slow beyond the letters a to z.
"""

from __future__ import annotations

from shopwright.reviews.nearest import PARCEL, SAID_OF

__all__ = ["LARGE", "OF_PARCEL", "SMALL", "TRUE"]

SMALL = (
    r"(?i)(?:^|\W)(?:(?:runs?|ran|running|fits?|comes? up|came up|(?:it|this|they|these|dress|shirt|top|size|fit|shoes?|jeans|skirt|sweater) (?:is|was|are|were)|bit|little|very|way) (?:\w+ ){0,2}(?:small|tight|snug)(?:\W|$)"
    r"|too (?:small|tight|short|narrow|snug)|smaller than|tighter than|siz(?:e|ed|ing) up|went up (?:a|one) size|(?:need|order)\w* (?:a|the|one)? ?(?:larger|bigger|next) size"
    r"|zu (?:klein|eng|kurz)|fällt (?:\w+ )?klein|kleiner als|eine nummer größer"
    r"|(?:ficou|veio|é|muito|bem|forma) (?:\w+ )?(?:pequen[oa]|apertad[oa]|curt[oa])|menor que|tamanho maior"
    r"|(?:qued[óo]|queda|es|muy|talla) (?:\w+ )?(?:pequeñ[oa]|apretad[oa]|cort[oa]|estrech[oa]|chic[oa])|talla más grande)"
    r"|偏小|太小|小了|太紧|偏紧|太短|偏短|大一码|大一号|买大"
)
LARGE = (
    r"(?i)(?:^|\W)(?:(?:runs?|ran|running|fits?|comes? up|came up|(?:it|this|they|these|dress|shirt|top|size|fit|shoes?|jeans|skirt|sweater) (?:is|was|are|were)|bit|little|very|way) (?:\w+ ){0,2}(?:large|big|loose|huge)(?:\W|$)"
    r"|too (?:big|large|loose|long|wide|baggy)|(?:larger|bigger) than|siz(?:e|ed|ing) down|went down (?:a|one) size"
    r"|swim(?:ming|s)? in|swam in|enormous|(?:need|order)\w* (?:a|the|one)? ?(?:smaller|size down)"
    r"|zu (?:groß|gross|weit|lang)|fällt (?:\w+ )?(?:groß|gross)|größer als|eine nummer kleiner"
    r"|(?:ficou|veio|muito|bem) (?:\w+ )?(?:grande|larg[oa]|compridd?[oa])|maior que|tamanho menor"
    r"|(?:qued[óo]|queda|muy|talla) (?:\w+ )?(?:grande|anch[oa]|larg[oa])|talla más pequeña)"
    r"|偏大|太大|大了|太松|偏松|太长|偏长|太肥|小一码|小一号|买小"
)
TRUE = (
    r"(?i)(?:^|\W)(?:true to (?:\w+ )?size|tts(?:\W|$)|fits? (?:\w+ )?perfectly|(?:perfect|great|good) fit|fits? (?:as expected|just right|well|great)"
    r"|passt (?:perfekt|genau|gut)|größe passt|fällt normal"
    r"|tamanho (?:certo|perfeito|ideal)|serviu (?:\w+ )?(?:perfeit|bem|certinho)"
    r"|talla (?:correcta|perfecta|exacta)|qued[óoa] (?:perfect[oa]|bien))"
    r"|尺码正|尺码合适|尺码标准|大小合适|大小正好|很合身|正合适|合脚"
)
# "The box was far too big" is said of the packaging: taken out before sizes are looked for.
OF_PARCEL = (
    rf"(?i)(?:{PARCEL.pattern})(?:{SAID_OF.pattern})(?:(?:too|zu|muito|demasiado) )?"
    r"(?:(?:big|larg|long|wide|small|tight|huge|enorm|tiny|groß|gross|klein|grand|pequen|pequeñ)\w*|太?[大小长]了?)"
)
