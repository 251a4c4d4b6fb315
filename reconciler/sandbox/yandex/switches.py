"""Switches about Yandex Market. Data only.

The rows Y1 to Y32 number what the Market's documentation leaves open, and the ways in which its answers are
known to differ. Two rows have nothing to switch:

- Y30: at which moment a unit counts as returned. Whoever moves the orders says so.
- Y31: notifications, which this server does not send.
"""

from reconciler.sandbox.switch import switch

YANDEX_ANSWERS = (
    switch(
        "yandex_wrapper",
        "Y1",
        "where the answer of a list stands",
        none="at the top: `orders` and `paging`",
        result="in a `result` beside `status`, as two public clients expect it",
    ),
    switch(
        "yandex_error_status",
        "Y2",
        "the HTTP status of a refusal",
        documented="400, 401, 403, 404, 420 and so on",
        always_200="200; only the body says `ERROR`",
    ),
    switch(
        "yandex_dates",
        "Y3",
        "how v1 writes a moment; v2 always writes Moscow time without an offset",
        offset="2026-11-19T13:00:00+03:00",
        zulu="2026-11-19T10:00:00Z",
        fractions="2026-11-19T13:00:00.123+03:00",
        nanoseconds="2026-11-19T10:00:00.123456789Z",
    ),
    switch(
        "yandex_update_date",
        "Y4",
        "whether orders tell when they last changed, which they need not",
        shown="they do",
        absent="they do not",
        null="they say null",
    ),
    switch(
        "yandex_arrays",
        "Y5",
        "arrays that hold nothing: tags, instances, promos, subsidies, details, tracks",
        absent="are left out",
        null="are null",
        empty="are [], which the schema does not allow",
        filled="are never without content, but for `details`",
    ),
    switch(
        "yandex_words",
        "Y6",
        "whether words appear that no list holds",
        as_stored="what is stored is shown",
        unknown_status="every order is in the status TELEPORTED",
        unknown_substatus="every order has the substatus ON_THE_MOON",
        unknown_unit="the first units of every item are in the state EVAPORATED",
    ),
    switch(
        "yandex_items",
        "Y7",
        "what the items of an order look like",
        as_stored="as stored",
        count_zero="the first has the count 0 and no units: it was taken out",
        same_offer="the first comes twice, with another `id` and the same `offerId`",
        absent="there is no `items`",
    ),
    switch(
        "yandex_no_orders",
        "Y8",
        "a list that found nothing",
        empty_list='`"orders": []`',
        null='`"orders": null`',
        absent="no `orders` at all",
    ),
    switch(
        "yandex_extra_keys",
        "Y9",
        "whether answers hold keys that are not documented",
        no="they do not",
        yes="answers, orders and items do",
    ),
)
YANDEX_UNITS = (
    switch(
        "yandex_units",
        "Y10",
        "whether items tell the states of their units (`itemStatuses` in v1, `details` in v2)",
        shown="where they are stored",
        absent="they never do",
        null="they say null",
    ),
    switch(
        "yandex_unit_sums",
        "Y11",
        "whether the units of an item add up to its count",
        as_stored="what is stored is shown",
        short="the last state has one unit less",
        over="the first state has one unit more",
    ),
    switch(
        "yandex_update_moves",
        "Y12",
        "whether a change of units alone, such as a return, moves the order's `updateDate`",
        always="it does",
        not_for_units="it does not",
    ),
)
YANDEX_SEARCH = (
    switch(
        "yandex_creation_window",
        "Y13",
        "which searches see only the orders of the last 30 days, unless they say when orders were made",
        others_only="those that name no ids and no other dates",
        updates_too="those by `updateDate` and `shipmentDate` as well",
        always="all of them, look-ups by id included",
    ),
    switch(
        "yandex_default_end",
        "Y14",
        "whether these 30 days hold today",
        today_excluded="they do not: the end is today, and it does not count",
        today_included="they do",
    ),
    switch(
        "yandex_unknown_ids",
        "Y15",
        "a look-up of an id that does not exist",
        silent="shows the others",
        _404="is answered 404",
    ),
    switch(
        "yandex_foreign_ids",
        "Y16",
        "a look-up of an order of another cabinet",
        silent="shows the others",
        _403="is answered 403",
        _404="is answered 404",
    ),
    switch(
        "yandex_fakes",
        "Y17",
        "which orders `fake` means",
        separate="test orders with true, the others with false or without",
        both_unless_said="without it both",
        true_adds="with true both",
    ),
)
YANDEX_PAGES = (
    switch(
        "yandex_page_order",
        "Y18",
        "what a walk shows when orders change meanwhile",
        stable="by number: each order once",
        repeats="each page begins with the last order of the page before, if `limit` is above 1",
        shifting="last changed first, counted: an order that changes is skipped or hides another",
    ),
    switch(
        "yandex_end_of_list",
        "Y19",
        "how the last page shows that it is the last",
        no_token="it has no `nextPageToken`",  # noqa: S106 -- no password
        null_token="it is null",  # noqa: S106
        empty_token="it is empty",  # noqa: S106
        empty_page="it has one, which leads to a page without orders",
        repeated_token="it has one, which leads to the same page again",  # noqa: S106
    ),
    switch(
        "yandex_page_tokens",
        "Y20",
        "how long a `pageToken` lives",
        last="as long as the walk",
        expired="it is refused with 400 at once",
    ),
    switch(
        "yandex_read_lag",
        "Y21",
        "how often an order is shown as it was before its last change",
        none="never",
        _1="once",
        _3="three times",
        alternating="every other time, for as long as it is not changed again",
    ),
)
YANDEX_LIMITS = (
    switch(
        "yandex_quota",
        "Y22",
        "requests an hour, for each method and each cabinet or store",
        documented="10,000; 1,000 for campaigns and 100 for auth/token",
        _3="three",
        unlimited="more than anybody asks",
    ),
    switch(
        "yandex_parallel",
        "Y32",
        "how many requests may be under way at a time, for each cabinet or store; above it a 420",
        _4="four, as the page about limits says",
        _6="six, as the specification says",
        _1="one",
        unlimited="any number",
    ),
    switch(
        "yandex_until",
        "Y23",
        "the header X-RateLimit-Resource-Until",
        date="an RFC 822 date",
        missing="is left out",
        past="a date an hour ago",
        garbage="no date",
    ),
    switch(
        "yandex_limit_words",
        "Y24",
        "what a 420 says, of which only the text tells its two kinds apart",
        hit_rate_limit="LIMIT_EXCEEDED and the documented text",
        other_code="another code and the same text",
        no_message="a code alone",
        html="a gateway's page",
    ),
    switch(
        "yandex_parallel_headers",
        "Y25",
        "whether a 420 about parallel requests has the headers of the quota",
        yes="it has",
        no="it has not",
    ),
    switch(
        "yandex_5xx_quota",
        "Y26",
        "whether an answer of 500 and above uses up quota",
        no="it does not",
        yes="it does",
    ),
    switch(
        "yandex_scopes",
        "Y27",
        "what the token may do",
        read_only="INVENTORY_AND_ORDER_PROCESSING_READ_ONLY, which is enough",
        all_methods="ALL_METHODS",
        communication="COMMUNICATION, which is enough for v2 alone",
        none="OFFERS_AND_CARDS_MANAGEMENT, which is not enough: 403",
    ),
    switch(
        "yandex_stores",
        "Y28",
        "whether stores are open to the API",
        as_stored="as stored",
        closed="all are MANUALLY_DISABLED: 403",
    ),
    switch(
        "yandex_v2",
        "Y29",
        "what has become of v2, whose degradation begins on 2027-01-18 and whose end is 2027-04-12",
        works="it works",
        degraded="every third answer is a 503",
        _404="it is gone: 404",
        _410="it is gone: 410",
    ),
)
YANDEX = (*YANDEX_ANSWERS, *YANDEX_UNITS, *YANDEX_SEARCH, *YANDEX_PAGES, *YANDEX_LIMITS)
"""Every switch about Yandex Market, in the order of the printed table."""
