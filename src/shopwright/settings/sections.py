"""The sections of `shop.toml`: every setting with its default, its allowed values and one sentence in each language."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

__all__ = [
    "CustomersSection",
    "DemandSection",
    "LanguageSection",
    "MoneySection",
    "PlanSection",
    "RecommendSection",
    "Section",
    "ShopSection",
    "SupplySection",
]


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("no such time zone")
    return value


class Section(BaseModel):
    """One section; a name that is no setting is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def setting(default: Any, en: str, zh: str, **limits: Any) -> Any:
    return Field(default, description=en, json_schema_extra={"zh": zh}, **limits)


UNNAMED = "My shop"


class ShopSection(Section):
    """Who the shop is."""

    name: str = setting(UNNAMED, "Name shown on reports", "报告上显示的店铺名称")
    currency: str = setting(
        "USD", "ISO 4217 code of the money in the exports", "导出文件所用币种（ISO 4217）", pattern="^[A-Z]{3}$"
    )
    timezone: Annotated[str, AfterValidator(_zone)] = setting(
        "UTC", "Time zone of the shop's days and of times without a zone", "店铺日期所用时区，也用于未标时区的时间"
    )
    country: str = setting("", "ISO country code, for its holidays; empty: none", "国家代码，用于节假日；留空则不用")
    language: Literal["en", "zh"] = setting("en", "Language of reports: en or zh", "报告语言：en 或 zh")


class MoneySection(Section):
    """Assumptions on money where the tables do not say."""

    margin_rate: float = setting(
        0.4, "Margin as a share of price where unit costs are unknown", "单位成本未知时的毛利率假设", gt=0, lt=1
    )
    holding_rate: float = setting(
        0.25, "Yearly cost of holding stock, as a share of its cost", "每年持有库存的成本，占库存成本的比例", ge=0, le=5
    )
    message_cost: float = setting(0.01, "Cost of one message to one customer", "给一位客户发一条消息的成本", ge=0)


class DemandSection(Section):
    """How demand is forecast."""

    period: Literal["auto", "D", "W", "M"] = setting(
        "auto", "Length of a period: D day, W week, M month, or auto", "预测周期：D 日、W 周、M 月，或 auto 自动"
    )
    horizon: int = setting(
        0, "Periods ahead; 0: 28 days, 8 weeks or 3 months", "预测期数；0 表示 28 天、8 周或 3 个月", ge=0, le=400
    )
    min_periods: int = setting(
        8, "Periods of history a product needs to be forecast on its own", "单品预测所需的最少历史期数", ge=1
    )
    hidden_stock_outs: bool = setting(
        default=True,
        en="Whether stretches without a sale that chance does not explain are taken for stock-outs, once they are over",
        zh="是否把偶然无法解释、且已结束的无销售时段视为缺货",
    )


class SupplySection(Section):
    """Terms of supply where the supply table does not say."""

    lead_days: float = setting(14.0, "Days from order to arrival", "从下单到到货的天数", ge=0, le=730)
    review_days: float = setting(7.0, "Days between orders to a supplier", "向供应商订货的间隔天数", gt=0, le=365)


class RecommendSection(Section):
    """What showing one product beside another is assumed to do."""

    pair_uplift: float = setting(
        0.10,
        "Share of those who would buy the second product of a pair anyway that showing it adds",
        "展示搭配商品带来的增量，占原本就会购买搭配商品人数的比例",
        ge=0,
        le=1,
    )


class CustomersSection(Section):
    """What writing to customers is assumed to do."""

    message_uplift: float = setting(
        0.10,
        "Share of those who would order again anyway that a message adds",
        "发送消息带来的增量，占原本就会再次下单人数的比例",
        ge=0,
        le=1,
    )


class PlanSection(Section):
    """How the plan is chosen."""

    budget: float = setting(
        -1.0, "Money to spend on the plan; below zero: no limit", "计划可用预算；负数表示不限", ge=-1
    )
    limit: int = setting(50, "Most proposals in a plan", "计划中最多的建议数", ge=1, le=100_000)
    least_gain: float = setting(0.0, "Expected net gain a proposal must exceed", "建议的预期净收益须超过此值", ge=0)


_LIMITS = re.compile(r"\s*(?:[\w.-]+\s*=\s*\d+(?:\.\d+)?\s*(?:/\s*(?:day|week|month)\s*)?(?:,\s*|$))*")


def _limits(value: str) -> str:
    if not _LIMITS.fullmatch(value):
        raise ValueError("not like memo=2, service=40/month")
    return value


class LanguageSection(Section):
    """Models that read and write text; with none set up, rules and templates do."""

    encoder: str = setting(
        "static",
        "Model that turns texts into vectors: static, an added one, or a folder",
        "把文本变成向量的模型：static、已添加的模型或文件夹",
    )
    chat_url: str = setting(
        "", "Where the API of a chat model begins; empty: none is used", "对话模型接口的地址；留空则不使用"
    )
    chat_model: str = setting(
        "", "Name of the chat model, as its server knows it", "对话模型的名称，以其服务器所用为准"
    )
    chat_provider: Literal["auto", "openai", "anthropic"] = setting(
        "auto", "Protocol: openai, anthropic, or auto by the address", "协议：openai、anthropic，或 auto 由地址判断"
    )
    key_variable: str = setting(
        "",
        "Environment variable that holds the key; SHOPWRIGHT_CHAT_KEY always does",
        "存放密钥的环境变量；SHOPWRIGHT_CHAT_KEY 始终有效",
    )
    key_file: str = setting(
        "", "File that holds the key, for its owner alone to read", "存放密钥的文件，只能由其所有者读取"
    )
    redact: Literal["auto", "always"] = setting(
        "auto",
        "Take personal data out of messages: auto, where they leave this machine, or always",
        "去除消息中的个人信息：auto 仅在离开本机时，always 始终",
    )
    deadline: float = setting(
        120.0, "Seconds a call may take in all, retries included", "一次调用最长的总秒数，含重试", gt=0, le=3600
    )
    silence: float = setting(
        60.0,
        "Seconds without a byte after which a streamed reply has failed",
        "流式回复多少秒没有数据即视为失败",
        gt=0,
        le=3600,
    )
    tries: int = setting(4, "Most tries of one call", "一次调用最多尝试次数", ge=1, le=20)
    calls_per_minute: float = setting(
        60.0, "Calls a minute to one endpoint; 0: no limit", "每分钟对同一接口的调用次数；0 表示不限", ge=0
    )
    max_tokens: int = setting(1000, "Most tokens of a reply", "一次回复最多的词元数", ge=1, le=1_000_000)
    daily_budget: float = setting(
        -1.0, "Money for calls a day; below zero: no limit", "每天调用可用的金额；负数表示不限", ge=-1
    )
    purpose_budgets: Annotated[str, AfterValidator(_limits)] = setting(
        "", "Money by purpose: memo=2, service=40/month", "按用途分配的金额：memo=2, service=40/month"
    )
    budget_currency: str = setting(
        "USD",
        "Currency of these budgets and of the prices below (ISO 4217)",
        "上述预算和以下价格的币种（ISO 4217）",
        pattern="^[A-Z]{3}$",
    )
    price_in: float = setting(
        -1.0,
        "Price of a million tokens sent; below zero: from the table",
        "每百万输入词元的价格；负数表示查价格表",
        ge=-1,
    )
    price_out: float = setting(
        -1.0,
        "Price of a million tokens received; below zero: from the table",
        "每百万输出词元的价格；负数表示查价格表",
        ge=-1,
    )
