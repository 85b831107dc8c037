"""Sentences that customers of the synthetic shop write, in English, German and Chinese: data, not interface."""

from __future__ import annotations

__all__ = ["DEFECTS", "INTENTS", "OPENINGS", "PERSONAL", "REPLIES", "REVIEWS", "TITLES"]

# By language, then by mood: 0 bad (1 and 2 stars), 1 mixed (3), 2 good (4 and 5).
OPENINGS: dict[str, tuple[tuple[str, ...], ...]] = {
    "en": (
        ("Not happy with this {noun}.", "I expected more from this {noun}.", "Sadly this {noun} goes back."),
        ("The {noun} is all right.", "This {noun} is okay for the price.", "Mixed feelings about the {noun}."),
        (
            "I love this {noun}.",
            "A lovely {noun}.",
            "Exactly the {noun} I was looking for.",
            "We use this {noun} every day.",
        ),
    ),
    "de": (
        ("Leider enttäuscht.", "Davon hatte ich mehr erwartet.", "Geht leider zurück."),
        ("Ganz in Ordnung.", "Für den Preis okay.", "Geht so."),
        ("Wunderschön!", "Genau das, was ich gesucht habe.", "Bin begeistert.", "Jeden Tag im Einsatz."),
    ),
    "zh": (
        ("不太满意。", "有点失望。", "准备退货了。"),
        ("还可以吧。", "一般般，对得起价格。", "中规中矩。"),
        ("非常喜欢！", "质量很好。", "正是我想要的。", "每天都在用。"),
    ),
}
REVIEWS: dict[str, tuple[tuple[str, ...], ...]] = {
    "en": (
        (
            *(
                "The colour is duller than in the picture.",
                "It feels thin and cheap.",
                "Delivery took almost two weeks.",
            ),
            *("Much smaller than the description says.", "The box arrived torn and dirty."),
        ),
        (
            *(
                "Nice colour, but smaller than I thought.",
                "Good quality, slow delivery.",
                "It does what it should, no more.",
            ),
            *("Pretty, though a little expensive.", "Fine, but the packaging was far too big."),
        ),
        (
            *(
                "The quality is excellent and the colour is just as shown.",
                "Fast delivery and no plastic in the parcel.",
            ),
            *(
                "It feels sturdy and well made.",
                "A perfect gift, my sister was delighted.",
                "Great value for the money.",
            ),
        ),
    ),
    "de": (
        (
            "Die Farbe ist blasser als auf dem Bild.",
            "Wirkt dünn und billig.",
            "Die Lieferung dauerte fast zwei Wochen.",
        ),
        ("Schöne Farbe, aber kleiner als gedacht.", "Gute Qualität, langsame Lieferung.", "Etwas teuer."),
        ("Sehr gute Qualität, Farbe wie abgebildet.", "Schnelle Lieferung, ganz ohne Plastik.", "Ein tolles Geschenk."),
    ),
    "zh": (
        ("颜色比图片暗很多。", "手感很薄，感觉廉价。", "快递走了快两个星期。"),
        ("颜色好看，就是比想象的小。", "质量不错，物流有点慢。", "稍微贵了一点。"),
        ("做工精细，颜色和图片一样。", "发货快，包装环保。", "送人很合适，朋友很喜欢。"),
    ),
}
TITLES: dict[str, tuple[str, ...]] = {
    "en": ("Disappointed", "Okay", "Recommended"),
    "de": ("Enttäuscht", "Okay", "Empfehlenswert"),
    "zh": ("失望", "一般", "推荐"),
}
# Theme of a defect: wordings by language.
DEFECTS: dict[str, dict[str, tuple[str, ...]]] = {
    "seam": {
        "en": (
            "The seam came apart after the first wash.",
            "The stitching is already unravelling.",
            "A seam split open.",
        ),
        "de": ("Die Naht ging nach der ersten Wäsche auf.", "Die Nähte lösen sich."),
        "zh": ("洗了一次就开线了。", "缝线松了，裂开一条缝。"),
    },
    "coating": {
        "en": (
            "The coating peels off after two weeks.",
            "Flakes of the coating end up in the food.",
            "Coating peeling already.",
        ),
        "de": ("Die Beschichtung blättert nach zwei Wochen ab.", "Die Beschichtung löst sich."),
        "zh": ("用了两周涂层就脱落了。", "涂层掉渣，不敢用了。"),
    },
    "crack": {
        "en": (
            "It cracked when I poured in hot tea.",
            "A crack runs through the glaze.",
            "Mine cracked on the second day.",
        ),
        "de": ("Bei heißem Tee gesprungen.", "Ein Riss geht durch die Glasur."),
        "zh": ("倒热茶就裂了。", "釉面有一道裂纹。"),
    },
    "flicker": {
        "en": (
            "The light flickers all the time.",
            "It started to flicker after a few days.",
            "The switch buzzes and the light flickers.",
        ),
        "de": ("Das Licht flackert ständig.", "Flackert nach wenigen Tagen."),
        "zh": ("灯光一直闪。", "没几天就开始闪烁。"),
    },
    "handle": {
        "en": ("The handle came loose after a week.", "The handle broke off in my hand.", "A loose handle, unusable."),
        "de": ("Der Griff löste sich nach einer Woche.", "Der Griff ist abgebrochen."),
        "zh": ("用了一周手柄就松了。", "手柄直接断了。"),
    },
    "smell": {
        "en": ("It has a strong chemical smell.", "The smell is unbearable, like solvent.", "It smells rancid."),
        "de": ("Riecht stark nach Chemie.", "Der Geruch ist unerträglich."),
        "zh": ("有很刺鼻的化学味。", "味道难闻，像溶剂。"),
    },
    "pages": {
        "en": ("The pages fall out.", "After a week the first pages came loose.", "The binding lets go of its pages."),
        "de": ("Die Seiten fallen heraus.", "Nach einer Woche lösten sich die ersten Seiten."),
        "zh": ("书页都掉出来了。", "用了一周内页就散了。"),
    },
}
# Intent of a ticket: share, subject, wordings by language. `{order}` is the order's number.
INTENTS: dict[str, tuple[float, str, dict[str, tuple[str, ...]]]] = {
    "where_is_my_order": (
        0.30,
        "Where is my parcel?",
        {
            "en": (
                "Where is my order {order}? It should be here by now.",
                "The tracking of {order} has not moved for days.",
            ),
            "de": ("Wo bleibt meine Bestellung {order}?", "Die Sendung zu {order} ist überfällig."),
            "zh": ("我的订单 {order} 到哪里了？", "订单 {order} 的物流好几天没更新了。"),
        },
    ),
    "return_request": (
        0.18,
        "I want to return something",
        {
            "en": ("How do I send back an item of order {order}?", "Please send me a return label for {order}."),
            "de": ("Ich möchte einen Artikel aus {order} zurückgeben.", "Bitte um ein Retourenetikett für {order}."),
            "zh": ("订单 {order} 我想退货，怎么操作？", "请给我 {order} 的退货单。"),
        },
    ),
    "damaged_on_arrival": (
        0.10,
        "Arrived broken",
        {
            "en": ("Order {order} arrived damaged.", "One item of {order} was broken in the box."),
            "de": ("Die Ware aus {order} kam beschädigt an.",),
            "zh": ("订单 {order} 收到时已经破损。",),
        },
    ),
    "change_address": (
        0.08,
        "Wrong address",
        {
            "en": ("Can you still change the delivery address of {order}?",),
            "de": ("Können Sie die Lieferadresse von {order} noch ändern?",),
            "zh": ("订单 {order} 还能改收货地址吗？",),
        },
    ),
    "cancel_order": (
        0.07,
        "Please cancel",
        {
            "en": ("Please cancel order {order}.", "I ordered {order} by mistake, can you stop it?"),
            "de": ("Bitte stornieren Sie die Bestellung {order}.",),
            "zh": ("请取消订单 {order}。",),
        },
    ),
    "invoice_request": (
        0.09,
        "Invoice",
        {
            "en": ("I need an invoice for {order}.",),
            "de": ("Ich brauche eine Rechnung zu {order}.",),
            "zh": ("订单 {order} 请开发票。",),
        },
    ),
    "product_question": (
        0.12,
        "A question",
        {
            "en": (
                "Is it safe in the dishwasher? I bought it with {order}.",
                "Which size should I take? See my order {order}.",
            ),
            "de": ("Ist das spülmaschinenfest? Gekauft mit {order}.",),
            "zh": ("可以放洗碗机吗？订单 {order}。",),
        },
    ),
    "discount_question": (
        0.06,
        "Voucher",
        {
            "en": ("My voucher was not taken off order {order}.",),
            "de": ("Mein Gutschein wurde bei {order} nicht abgezogen.",),
            "zh": ("订单 {order} 的优惠券没有生效。",),
        },
    ),
    "defect_complaint": (
        0.0,  # only where a defect is planted
        "Faulty product",
        {"en": ("From order {order}: ",), "de": ("Aus Bestellung {order}: ",), "zh": ("订单 {order}：",)},
    ),
}
REPLIES: dict[str, str] = {
    "where_is_my_order": "Your parcel is on its way; here is the tracking link.",
    "return_request": "The return label is attached. You have 30 days.",
    "damaged_on_arrival": "We are sorry. A replacement leaves us today.",
    "change_address": "The address was changed.",
    "cancel_order": "The order was cancelled, the money is on its way back.",
    "invoice_request": "Your invoice is attached.",
    "product_question": "Thank you for asking. The product page now says so.",
    "discount_question": "The voucher was added and the difference paid back.",
    "defect_complaint": "We are sorry and pay back the price. Our maker looks into it.",
}
# Some messages carry personal data, invented, for the redactor to find. 030 23125 is kept free for fiction.
PERSONAL = ("", "", "", "", "", "", "", " Call me: +49 30 23125 {number}.", " Write to c{number}@example.com.")
