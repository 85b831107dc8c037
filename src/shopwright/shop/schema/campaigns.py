"""What was sent to customers, and who got it."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from shopwright.i18n import t
from shopwright.shop.schema import names as c
from shopwright.shop.schema.people import KNOWN_CUSTOMER
from shopwright.shop.schema.record import DAY_TYPE, Column, Table, at_least, listed
from shopwright.shop.schema.sales import AT, CHANNEL, CURRENCY, DAY

CAMPAIGNS = Table(
    "campaigns",
    "Campaigns",
    "营销活动",
    (
        Column(
            c.CAMPAIGN,
            pl.String,
            "Campaign",
            "活动编号",
            is_required=True,
            aliases=(
                "campaign_id",
                "计划id",
                *listed("活动id|计划编号|推广计划|推广计划id|计划名称|campanha|campaña|kampagne|kampagnen id"),
            ),
        ),
        CHANNEL,
        Column(
            c.KIND,
            pl.String,
            "Kind of campaign",
            "活动类型",
            aliases=(
                "campaign_type",
                "type",
                *listed("计划类型|推广类型|tipo de campanha|tipo de campaña|kampagnenart"),
            ),
        ),
        Column(
            c.FROM_DAY,
            DAY_TYPE,
            "First day",
            "开始日期",
            aliases=(
                *listed("start|start_date|sent at|开始时间"),
                *listed("起始日期|开始投放时间|投放日期|发送时间|发送日期|data de início|fecha de inicio"),
                *listed("startdatum|beginn"),
            ),
        ),
        Column(
            c.TO_DAY,
            DAY_TYPE,
            "Last day",
            "结束日期",
            aliases=(
                "end",
                "end_date",
                "结束时间",
                *listed("截止日期|结束投放时间|data de término|fecha de fin|enddatum|ende"),
            ),
        ),
        Column(c.SUBJECT, pl.String, "Subject", "主题", aliases=("subject line", "title", "标题")),
        Column(c.TEXT, pl.String, "Text", "内容", aliases=("body", "copy", "内容")),
        Column(
            c.SPEND,
            pl.Float64,
            "Spend",
            "花费",
            unit="money",
            rule=at_least(0),
            aliases=(
                *listed("cost|budget|消耗|kosten"),
                *listed("花费金额|推广花费|推广费|广告费|投放金额|总花费|消耗金额|gasto|custo|coste|ausgaben"),
            ),
        ),
        CURRENCY,
    ),
    key=(c.CAMPAIGN,),
    known=c.FROM_DAY,
    serves=t("what campaigns cost and brought"),
)

EXPOSURES = Table(
    "exposures",
    "Exposures",
    "触达记录",
    (
        Column(c.CAMPAIGN, pl.String, "Campaign", "活动编号", is_required=True, aliases=("campaign_id",)),
        KNOWN_CUSTOMER,
        replace(AT, is_required=False),
        DAY,
        Column(
            c.ARM,
            pl.String,
            "Arm",
            "实验组别",
            about="What they were sent; 'control' for those left out on purpose.",
            about_zh="发送的版本；control 为特意不发送的对照组。",
            aliases=("group", "variant", "segment", "treatment", "分组"),
        ),
        Column(c.IS_OPENED, pl.Boolean, "Opened", "已打开", aliases=("opened", "open", "visit")),
        Column(c.IS_CLICKED, pl.Boolean, "Clicked", "已点击", aliases=("clicked", "click")),
        Column(c.IS_CONVERTED, pl.Boolean, "Bought", "已购买", aliases=("converted", "conversion", "redeemed")),
        Column(c.SPEND, pl.Float64, "Spent after", "后续消费", unit="money", aliases=("spend", "revenue")),
    ),
    key=(c.CAMPAIGN, c.CUSTOMER),
    known=c.AT,
    serves=t("who buys because of a message, and who would anyway"),
)
