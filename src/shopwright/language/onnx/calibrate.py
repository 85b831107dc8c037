"""Texts that show an encoder's activations at their usual sizes, before they are put into eight bits.

A few sentences in the languages of shops, and words of the model's own vocabulary in random order: these reach the
rare rows that no short list of sentences would.
"""

from __future__ import annotations

from shopwright.language.onnx.runtime import padded
from shopwright.language.onnx.tokens import Tokens
from shopwright.language.onnx.weights import Array
from shopwright.seeds import generator

__all__ = ["SENTENCES", "inputs"]

SENTENCES = (
    "",
    "Where is my order?",
    "I ordered two pairs of boots last week and only one has arrived. What should I do now?",
    "How do I change the delivery address after I have paid?",
    "I was charged twice on my card for the same purchase, please give one of them back.",
    "The zip broke after three days. I want to send it back and have my money.",
    "Love it! Soft, warm, true to size, and it looks even better than in the pictures.",
    "cheap plastic, smells awful, do not buy",
    "Can you tell me whether the blue one will be in stock again before Christmas?",
    "Hi, my top-up was cancelled and the exchange rate in the app is wrong, can somebody look into that?",
    "what's the weather like in boston tomorrow and set an alarm for 6:45 am",
    "Stainless steel water bottle, 750 ml, vacuum insulated, keeps drinks cold for 24 hours",
    "USB-C CABLE 2M / BLACK / PACK OF 3 (SKU 44-1029-B)",
    "I bought this dress for a wedding. I am 5'6\", 140 lbs and took a medium, which fitted perfectly in the waist but "
    "was a little long, so I had it hemmed. The fabric has some stretch, does not wrinkle and the colour is richer "
    "than I expected. My sister ordered it too, in green, and she had to send hers back because of a torn seam.",
    "idk why it dont work anymore :( pls help asap!!!",
    "http://example.com/track?id=12345 says delivered but nothing came",
    "物流太慢了，等了一个多星期才收到，包装还破了。",
    "质量很好，穿着舒服，颜色和图片一样，客服态度也不错，下次还会再来买！",
    "请问这款手机支持七天无理由退货吗？发票怎么开？",
    "酒店房间很小，隔音差，晚上吵得睡不着，前台服务员爱理不理，性价比太低，不会再住第二次。",
    "苹果收到了，有几个坏的，其他的还算新鲜，味道挺甜。",
    "O produto chegou antes do prazo e muito bem embalado, recomendo a loja.",
    "Ainda não recebi meu pedido, já faz quinze dias e ninguém responde os e-mails.",
    "¿Puedo cambiar la talla de la camisa sin pagar otra vez el envío?",
    "Die Lieferung kam zu spät und der Karton war beschädigt, ich möchte das Geld zurück.",
    "La couleur ne correspond pas à la photo, je suis très déçue de cet achat.",
    "注文した商品がまだ届きません。いつ発送されますか？",
    "주문한 상품이 아직 도착하지 않았어요. 환불 부탁드립니다.",
    "Заказ пришёл вовремя, но размер оказался слишком маленьким.",
    "وصلت البضاعة متأخرة والعلبة مكسورة",
    "😀👍🔥❤️😡",
    "1234567890 99.90 € 20% 2024-04-08 17:30",
    "... !!! ??? --- ***",
)
LENGTHS = (4, 8, 12, 16, 24, 32, 48, 64, 96, 128)
RANDOM = 40  # random rows of tokens, of these lengths in turn


def inputs(tokens: Tokens, longest: int, words: int) -> list[dict[str, Array]]:
    """What is run through an encoder to see its activations, one text at a time and without padding.

    Args:
        tokens: its tokenizer.
        longest: the most tokens it reads.
        words: rows of its table of words.
    """
    real = tokens.ids(SENTENCES)
    frame = real[0]  # the empty text: what stands before and behind every other
    head, tail = frame[: (len(frame) + 1) // 2], frame[(len(frame) + 1) // 2 :]
    random = generator(0, "onnx.calibrate")
    room = max(longest - len(frame), 1)
    lengths = [min(LENGTHS[at % len(LENGTHS)], room) for at in range(RANDOM)]
    rows = [[*head, *random.integers(0, words, length).tolist(), *tail] for length in lengths]
    return [padded([ids[:longest]]) for ids in (*real, *rows)]
